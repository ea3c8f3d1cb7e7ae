internal import HostSystem

/// A root file system that mmdebstrap makes for a medium.
enum LabRoot: String, CaseIterable {
    /// The live system that the installer runs in.
    case live
    /// The system that is installed.
    case target
    /// The live system with ZFS.
    case zfsLive = "zfs-live"
    /// The system that is installed, with ZFS.
    case zfsTarget = "zfs-target"
    /// No system: Debian's kernel, and ZFS's modules as they are built for it. They are kept together, so that no newer
    /// kernel of the mirror's comes without modules.
    case zfsKernel = "zfs-kernel"

    /// What is done while it is made, for people who wait.
    var work: String {
        self == .zfsKernel
            ? "building ZFS for \(Self.suite)'s kernel; that takes minutes, once"
            : "making the \(rawValue) root from \(Self.suite)'s packages"
    }

    /// How the scratch folders begin that it is made in.
    var scratchPrefix: String { "new-\(rawValue)" }

    /// Raised when the same recipe gives another root.
    private static let revision = 1

    /// The suite whose packages a root is made of.
    static let suite = "trixie"

    /// The archive's components that it needs: ZFS is in `contrib`, since its licence is not the kernel's.
    var components: String {
        switch self {
        case .live, .target: "main"
        case .zfsLive, .zfsTarget, .zfsKernel: "main contrib"
        }
    }

    /// The root that packages are taken from which no archive has.
    var source: LabRoot? {
        switch self {
        case .live, .target, .zfsKernel: nil
        case .zfsLive, .zfsTarget: .zfsKernel
        }
    }

    /// The packages of ``source`` that are installed after all others.
    var sourcePackages: [String] {
        switch self {
        case .live, .target, .zfsKernel: []
        case .zfsLive: ["kernel.deb", "zfs-modules.deb"]
        case .zfsTarget: ["kernel.deb", "zfs-modules.deb", "zfs-initramfs.deb"]
        }
    }

    /// The packages, without what they depend on.
    var packages: [String] {
        switch self {
        case .live: [Self.kernel] + Self.livePackages
        case .zfsLive: ["linux-base", "zfsutils-linux"] + Self.livePackages
        case .target: [Self.cloudKernel, "initramfs-tools", "grub-efi-amd64"] + Self.targetPackages
        case .zfsTarget:
            // GRUB does not read a pool with today's features; systemd's loader starts kernels from the ESP. The kernel is the
            // live system's, so that ZFS is built for one.
            [
                "linux-base", "initramfs-tools", "systemd-boot", "grub-efi-amd64-bin", "zfsutils-linux",
                "busybox",
            ] + Self.targetPackages
        case .zfsKernel: ["zfs-dkms", "linux-headers-amd64", "xz-utils"]
        }
    }

    /// The generic kernel, which has a driver for every CD drive.
    private static let kernel = "linux-image-amd64"
    private static let cloudKernel = "linux-image-cloud-amd64"

    // No iproute2: it brings libbpf, and with that at hand systemd spends seconds of an emulated processor on a filter that
    // no unit here asks for.
    private static let livePackages = [
        "dracut", "dracut-live", "systemd-sysv", "udev", "systemd-resolved", "qemu-guest-agent", "dosfstools",
        "e2fsprogs", "fdisk", "zstd", "curl", "ca-certificates", "kmod", "eject", "sudo", "openssh-client", "passwd",
        "login",
    ]
    private static let targetPackages = [
        "systemd-sysv", "udev", "dbus", "libpam-systemd", "systemd-resolved", "openssh-server", "sudo",
        "qemu-guest-agent", "cloud-init", "cloud-guest-utils", "e2fsprogs", "dosfstools", "fdisk", "gdisk", "parted",
        "curl", "ca-certificates", "zstd", "iproute2", "iputils-ping", "procps", "less", "nano", "kmod", "login",
        "tzdata",
    ]

    /// What mmdebstrap is told beside packages and hooks.
    var options: [String] {
        let unpacked = ["doc", "man", "locale", "info", "lintian", "i18n"].map { "path-exclude=/usr/share/\($0)/*" }
        let modules = LabModules.excluded.map { "path-exclude=/usr/lib/modules/*/kernel/\($0)/*" }
        let excluded =
            unpacked
            + [
                "path-include=/usr/share/doc/*/copyright", "path-exclude=/usr/lib/udev/hwdb.d/*",
                // Python's, for which every boot would mount a file system and start a service.
                "path-exclude=/usr/lib/binfmt.d/*",
            ]
            + (self == .live || self == .zfsLive ? modules : [])
            // It would have every display driver in the initramfs, to ask for a pool's passphrase.
            + (self == .zfsTarget ? ["path-exclude=/usr/share/initramfs-tools/conf-hooks.d/zfs"] : [])
        return [
            "--variant=minbase", self == .zfsKernel ? "--format=null" : "--format=tar",
            "--aptopt=Acquire::Languages \"none\"", "--aptopt=APT::Install-Recommends \"false\"",
            "--dpkgopt=force-unsafe-io",
        ] + excluded.map { "--dpkgopt=\($0)" }
    }

    /// The scripts that mmdebstrap runs, by the hook's name.
    var hooks: [(name: String, script: String)] {
        let resources: [(String, [UInt8])] =
            switch self {
            case .live:
                [("essential", PackageResources.live_early_sh), ("customize", PackageResources.live_customize_sh)]
            case .zfsLive:
                [
                    ("essential", PackageResources.live_early_sh), ("customize", PackageResources.zfs_packages_sh),
                    ("customize", PackageResources.live_customize_sh), ("customize", PackageResources.zfs_live_sh),
                ]
            case .target:
                [("essential", PackageResources.target_early_sh), ("customize", PackageResources.target_customize_sh)]
            case .zfsTarget:
                [
                    ("essential", PackageResources.target_early_sh), ("essential", PackageResources.zfs_early_sh),
                    ("customize", PackageResources.zfs_packages_sh),
                    ("customize", PackageResources.target_customize_sh), ("customize", PackageResources.zfs_target_sh),
                ]
            case .zfsKernel: [("customize", PackageResources.zfs_kernel_sh)]
            }
        return resources.map { (name: $0, script: LabFiles.text($1)) }
    }

    /// Files that leave the root for the medium, or for other roots.
    var products: [String] {
        switch self {
        case .live, .zfsLive: ["/boot/vmlinuz", "/boot/initrd.img"]
        case .target, .zfsTarget: ["/tmp/medium.efi"]
        case .zfsKernel:
            Self.zfsTarget.sourcePackages.map { "/tmp/\($0)" }
        }
    }

    /// The key of the recipe.
    func key() -> Digest {
        let parts = ["\(Self.revision)", rawValue, Self.suite, LabTools.epoch] + packages + options
        let more = source.map { [$0.key().hex] + sourcePackages } ?? []
        return Digest.of((parts + hooks.map(\.script) + products + more).joined(separator: "\n"))
    }
}
