import Attestation
import DiskImages
import HostSystem

extension Inventory {
    /// A small Debian system.
    static let debian = Inventory(
        system: OperatingSystem(
            id: "debian", versionID: "13", codename: "trixie", prettyName: "Debian GNU/Linux 13 (trixie)",
            architecture: "amd64"),
        packages: [
            InstalledPackage(
                kind: .deb, name: "openssh-server", version: "1:10.0p1-7+deb13u1", architecture: "amd64",
                source: "openssh", maintainer: "Debian OpenSSH Maintainers <debian-ssh@lists.debian.org>",
                homepage: "https://www.openssh.com/", summary: "secure shell (SSH) server",
                licences: ["BSD-2-clause", "Expat-with-advertising-restriction", "public-domain"]),
            InstalledPackage(
                kind: .deb, name: "linux-image-6.12.94-amd64", version: "6.12.94-1", architecture: "amd64",
                source: "linux-signed-amd64", sourceVersion: "6.12.94+1",
                maintainer: "Debian Kernel Team <debian-kernel@lists.debian.org>", licences: ["GPL-2"]),
            InstalledPackage(
                kind: .deb, name: "intel-microcode", version: "3.20260101.1~deb13u1", architecture: "amd64",
                maintainer: "Henrique de Moraes Holschuh <hmh@debian.org>", homepage: "see the README"),
        ],
        files: [
            InstalledFile(path: "/etc", kind: .folder, mode: "0755"),
            InstalledFile(path: "/etc/hostname", kind: .file, mode: "0644", size: 4, sha256: Digest.of("web\n")),
            InstalledFile(path: "/etc/localtime", kind: .link, mode: "0777", target: "/usr/share/zoneinfo/Etc/UTC"),
            InstalledFile(
                path: "/usr/sbin/sshd", kind: .file, mode: "0755", size: 1000, sha256: Digest.of("sshd"),
                package: "openssh-server"),
            InstalledFile(
                path: "/boot/vmlinuz-6.12.94-amd64", kind: .file, mode: "0644", size: 8000,
                sha256: Digest.of("kernel"), package: "linux-image-6.12.94-amd64"),
            InstalledFile(
                path: "/boot/efi/EFI/BOOT/BOOTX64.EFI", kind: .file, mode: "0700", size: 500,
                sha256: Digest.of("loader")),
        ],
        boot: BootSoftware(
            kernels: [
                BootSoftware.Part(
                    path: "/boot/vmlinuz-6.12.94-amd64", version: "6.12.94-amd64", sha256: Digest.of("kernel"))
            ],
            loaders: [BootSoftware.Part(path: "/boot/efi/EFI/BOOT/BOOTX64.EFI", sha256: Digest.of("loader"))],
            firmware: ["intel-microcode"], commandLine: "root=/dev/vda2 ro"),
        accounts: [
            Account(name: "root", user: 0, group: 0, home: "/root", shell: "/bin/bash", password: .locked)
        ],
        groups: [AccountGroup(name: "adm", group: 4, members: [])],
        units: [SystemUnit(name: "ssh.service", state: .enabled)])

    /// The same system with its lists in another order, as a file that somebody else wrote could have them.
    var shuffled: Inventory {
        var copy = self
        copy.packages.reverse()
        copy.files.shuffle()
        copy.boot.kernels.reverse()
        copy.accounts.reverse()
        copy.groups.reverse()
        copy.units.reverse()
        return copy
    }
}

extension SBOMSubject {
    /// A release of it.
    static let web = SBOMSubject(
        template: "web", version: "v1.2.0", supplier: "Example Ltd", images: ImageFile.web,
        medium: MediumIdentity(sha256: Digest.of("iso"), name: "kldload 1.5.0 x86_64", version: "1.5.0"),
        factory: "0.1.0", created: 1_767_322_800)
}

extension ImageFile {
    /// The images of that release.
    static let web = [
        ImageFile(
            format: .qcow2, file: "web-v1.2.0.qcow2", size: 123, sha256: Digest.of("qcow2"), virtualSize: 8 << 30),
        ImageFile(format: .ova, file: "web-v1.2.0.ova", size: 456, sha256: Digest.of("ova"), virtualSize: 8 << 30),
    ]
}
