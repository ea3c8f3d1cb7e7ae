internal import HostSystem
internal import SystemPackage

/// The medium: a UEFI-bootable ISO 9660 image with the live system, the installed system's root and kldload's own records.
///
/// ```
/// EFI/BOOT/{BOOTX64.EFI,grubx64.efi,grub.cfg}   images/efiboot.img (El Torito, and appended as the ESP)
/// images/pxeboot/{vmlinuz,initrd.img}           LiveOS/squashfs.img
/// lab/debian13.tar.zst                          lab/squashfs.img.sha256
/// .disk/info  VERSION  etc/kldload/VERSION
/// ```
struct LabMedium {
    /// The version that the medium gives itself.
    static let version = "1.5.0-lab"
    /// Everything about the image that is not in a file of its own; part of the key.
    static let options = [version, squashOptions.joined(separator: " "), isoOptions.joined(separator: " ")]
        .joined(separator: "\n")

    private static let squashOptions = [
        "-tar", "-comp", "zstd", "-Xcompression-level", "9", "-b", "256K", "-root-mode", "0755", "-noappend",
        "-no-progress",
        "-quiet",
    ]
    private static let isoOptions = ["-iso-level", "3", "-J", "-r", "-V", "KLDLOAD"]
    private static let espSize = 10 << 20

    /// The medium's file name, which its records repeat.
    let name: String
    /// What the installer puts the root of the installed system on.
    let fileSystem: LabISO.FileSystem
    /// The folder with the live system's root, kernel and initrd.
    let live: FilePath
    /// The folder with the installed system's root and the boot loader.
    let target: FilePath

    /// Makes the image in a scratch folder and, when it is complete, renames it to `finished`, with its digest beside it.
    func make(in scratch: FilePath, finished: FilePath) async throws {
        let tree = scratch.appending("tree")
        let folders = try makeFolders(in: tree)
        let squash = try await makeSquash(in: scratch)
        let records = try writeRecords(in: tree, squash: try await Digest.of(file: squash))
        let esp = try await makeESP(in: scratch, menu: tree.appending("EFI/BOOT/grub.cfg"))
        try await LabTools.setTime(of: [squash, esp] + records + folders)
        let grafts = [
            "EFI/BOOT/BOOTX64.EFI": target.appending("medium.efi"),
            "EFI/BOOT/grubx64.efi": target.appending("medium.efi"),
            "images/pxeboot/vmlinuz": live.appending("vmlinuz"),
            "images/pxeboot/initrd.img": live.appending("initrd.img"),
            "lab/debian13.tar.zst": target.appending("root.tar.zst"), "LiveOS/squashfs.img": squash,
            "images/efiboot.img": esp,
        ]
        let image = scratch.appending("medium.iso")
        try await LabTools.run(
            "xorriso",
            ["-as", "mkisofs", "-quiet"] + Self.isoOptions
                + ["-o", image.string, "-e", "images/efiboot.img", "-no-emul-boot", "-append_partition", "2", "0xef"]
                + [esp.string, "-appended_part_as_gpt", "-partition_offset", "16", "-graft-points", tree.string]
                + grafts.sorted { $0.key < $1.key }.map { "\($0.key)=\(escaped($0.value))" })
        let digest = try await Digest.of(file: image)
        let sums = scratch.appending("medium.iso.sha256")
        try sums.write(Array("\(digest.hex)  \(name)\n".utf8))
        try await offloaded { _ in for file in [image, sums] { try file.sync() } }
        try sums.rename(to: FilePath(finished.string + ".sha256"))
        try image.rename(to: finished)
    }

    /// All folders of the medium, so that none gets the time of a graft.
    private func makeFolders(in tree: FilePath) throws -> [FilePath] {
        let names = ["", ".disk", "EFI", "EFI/BOOT", "LiveOS", "etc", "etc/kldload", "images", "images/pxeboot", "lab"]
        let folders = names.map { $0.isEmpty ? tree : tree.pushing(FilePath($0)) }
        for folder in folders { try folder.createFolder() }
        return folders
    }

    /// The live root with the installer's files laid over it.
    private func makeSquash(in scratch: FilePath) async throws -> FilePath {
        let overlay = scratch.appending("overlay")
        for file in LabFiles.all {
            let path = overlay.pushing(FilePath(file.path))
            try path.removingLastComponent().createFolder()
            try path.write(file.bytes, mode: file.mode)
        }
        let tar = scratch.appending("live.tar")
        let squash = scratch.appending("squashfs.img")
        try await LabTools.run("cp", [live.appending("root.tar").string, tar.string])
        try await LabTools.run(
            "tar",
            [
                "--append", "--file=\(tar)", "--directory=\(overlay)", "--format=pax", "--sort=name", "--numeric-owner",
                "--owner=0", "--group=0", "--mode=go-w", "--mtime=@\(LabTools.epoch)",
                "--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime", ".",
            ])
        try await LabTools.run(
            "sh",
            ["-c", "input=$1 output=$2; shift 2; exec mksquashfs - \"$output\" \"$@\" <\"$input\"", "sh", tar.string]
                + [squash.string] + Self.squashOptions)
        try tar.remove()
        return squash
    }

    /// The small files that a tool or a person can tell the medium by, and the boot menu.
    private func writeRecords(in tree: FilePath, squash: Digest) throws -> [FilePath] {
        let facts = """
            kldload_version = \(Self.version)
            iso_name = \(name)
            built_at = 2025-08-09T00:00:00Z
            edition = lab
            profile = server
            arch = x86_64
            release = \(LabRoot.suite)
            storage = \(fileSystem.rawValue)

            """
        let records = [
            ("VERSION", "\(Self.version)\n"), (".disk/info", "kldload \(Self.version) x86_64\n"),
            ("etc/kldload/VERSION", facts),
            ("lab/squashfs.img.sha256", "\(squash.hex)\n"),
            ("EFI/BOOT/grub.cfg", LabFiles.text(PackageResources.grub_cfg)),
        ]
        return try records.map { name, text in
            let path = tree.pushing(FilePath(name))
            try path.write(Array(text.utf8))
            return path
        }
    }

    /// The FAT image that the firmware boots: the loader, which finds the rest by the medium's label.
    private func makeESP(in scratch: FilePath, menu: FilePath) async throws -> FilePath {
        let image = scratch.appending("efiboot.img")
        let loader = scratch.appending("BOOTX64.EFI")
        try await LabTools.run("cp", [target.appending("medium.efi").string, loader.string])
        try await LabTools.setTime(of: [loader, menu])
        try await LabTools.run(
            "mformat",
            [
                "-i", image.string, "-C", "-T", "\(Self.espSize / 512)", "-h", "64", "-s", "32", "-v", "KLDLOADEFI",
                "-N", "4b4c4445", "::",
            ])
        try await LabTools.run("mmd", ["-i", image.string, "::/EFI", "::/EFI/BOOT"])
        try await LabTools.run("mcopy", ["-m", "-i", image.string, loader.string, menu.string, "::/EFI/BOOT/"])
        return image
    }

    /// A path as xorriso takes it in a graft point.
    private func escaped(_ path: FilePath) -> String {
        path.string.reduce(into: "") { text, character in
            text += character == "=" || character == "\\" ? "\\\(character)" : "\(character)"
        }
    }
}
