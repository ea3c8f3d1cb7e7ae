internal import HostSystem

/// One of the two root file systems on a medium.
enum LabRoot: String, CaseIterable {
    /// The live system that the installer runs in.
    case live
    /// The system that is installed.
    case target

    /// How the scratch folders begin that it is made in.
    var scratchPrefix: String { "new-\(rawValue)" }

    /// Raised when the same recipe gives another root.
    private static let revision = 1

    /// The suite whose packages a root is made of.
    static let suite = "trixie"

    /// The packages, without what they depend on.
    var packages: [String] {
        switch self {
        case .live:
            // The generic kernel, which has a driver for every CD drive. No iproute2: it brings libbpf, and with that at hand
            // systemd spends seconds of an emulated processor on a filter that no unit here asks for.
            [
                "linux-image-amd64", "dracut", "dracut-live", "systemd-sysv", "udev", "systemd-resolved",
                "qemu-guest-agent", "dosfstools", "e2fsprogs", "fdisk", "zstd", "curl", "ca-certificates", "kmod",
                "eject", "sudo", "openssh-client", "passwd", "login",
            ]
        case .target:
            [
                "linux-image-cloud-amd64", "initramfs-tools", "grub-efi-amd64", "systemd-sysv", "udev", "dbus",
                "libpam-systemd", "systemd-resolved", "openssh-server", "sudo", "qemu-guest-agent", "cloud-init",
                "cloud-guest-utils", "e2fsprogs", "dosfstools", "fdisk", "gdisk", "parted", "curl",
                "ca-certificates", "zstd", "iproute2", "iputils-ping", "procps", "less", "nano", "kmod", "login",
                "tzdata",
            ]
        }
    }

    /// What mmdebstrap is told beside packages and hooks.
    var options: [String] {
        let unpacked = ["doc", "man", "locale", "info", "lintian", "i18n"].map { "path-exclude=/usr/share/\($0)/*" }
        let excluded =
            unpacked + ["path-include=/usr/share/doc/*/copyright", "path-exclude=/usr/lib/udev/hwdb.d/*"]
            + (self == .live ? LabModules.excluded.map { "path-exclude=/usr/lib/modules/*/kernel/\($0)/*" } : [])
        return [
            "--variant=minbase", "--format=tar", "--aptopt=Acquire::Languages \"none\"",
            "--aptopt=APT::Install-Recommends \"false\"", "--dpkgopt=force-unsafe-io",
        ] + excluded.map { "--dpkgopt=\($0)" }
    }

    /// The scripts that mmdebstrap runs, by the hook's name.
    var hooks: [(name: String, script: String)] {
        switch self {
        case .live:
            [
                ("essential", LabFiles.text(PackageResources.live_early_sh)),
                ("customize", LabFiles.text(PackageResources.live_customize_sh)),
            ]
        case .target:
            [
                ("essential", LabFiles.text(PackageResources.target_early_sh)),
                ("customize", LabFiles.text(PackageResources.target_customize_sh)),
            ]
        }
    }

    /// Files that leave the root for the medium.
    var products: [String] {
        switch self {
        case .live: ["/boot/vmlinuz", "/boot/initrd.img"]
        case .target: ["/tmp/medium.efi"]
        }
    }

    /// The key of the recipe.
    func key() -> Digest {
        let parts = ["\(Self.revision)", rawValue, Self.suite, LabTools.epoch] + packages + options
        return Digest.of((parts + hooks.map(\.script) + products).joined(separator: "\n"))
    }
}
