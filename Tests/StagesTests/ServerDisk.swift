import HostSystem
import SystemPackage

/// A small disk as a server has it: a GPT with an ESP, an ext4 file system from which a file was deleted, and swap that was
/// used.
struct ServerDisk {
    /// The contents of the deleted file, of the file that is kept, and of the swap; each many times.
    static let (deleted, kept, swapped) = ("DELETED-FROM-THE-DISK ", "KEPT-ON-THE-DISK ", "SWAPPED-OUT-TO-DISK ")
    static let swapID = "01234567-89ab-cdef-0123-456789abcdef"
    private static let mebibyte = 1 << 20

    /// The disk's folder.
    private let folder: FilePath

    /// Prepares a disk in `folder`.
    init(in folder: FilePath) throws {
        self.folder = folder
        try folder.createFolder()
    }

    /// The disk as a raw file.
    var raw: FilePath { folder.appending("disk.raw") }

    /// Makes the raw disk.
    ///
    /// - Parameter breaksRoot: Whether the root folder of the ext4 file system is damaged.
    func make(breaksRoot: Bool = false) async throws {
        try await run("truncate", "--size=192M", "disk.raw")
        try await Program.run(
            "sfdisk", ["--quiet", raw.string],
            input: Array(
                """
                label: gpt
                start=2048, size=32M, type=U, name=esp
                size=96M, type=L, name=root
                size=32M, type=S, name=swap

                """.utf8), deadline: .seconds(60))
        try await run("truncate", "--size=32M", "esp", "swap")
        try await run("mkfs.vfat", "-F", "32", "esp")
        try await place("esp", at: 1)
        try folder.appending("tree").createFolder()
        try folder.pushing("tree/kept").write(String(repeating: Self.kept, count: 1000).utf8)
        try folder.pushing("tree/deleted").write(String(repeating: Self.deleted, count: 400_000).utf8)
        try await run("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d", "tree", "root", "96M")
        try await run("debugfs", "-w", "-R", "rm /deleted", "root")
        if breaksRoot { try await run("debugfs", "-w", "-R", "clri <2>", "root") }
        try await place("root", at: 33)
        try await run("mkswap", "-q", "-U", Self.swapID, "swap")
        try write(String(repeating: Self.swapped, count: 50_000), to: folder.appending("swap"), at: Self.mebibyte)
        try await place("swap", at: 129)
    }

    /// Destroys the second copy of the partition table.
    func destroyBackupTable() throws {
        let size = Int(try raw.fileSize().bytes)
        try write(String(repeating: "X", count: 512), to: raw, at: size - 512)
    }

    /// The disk as a qcow2 file, which is read-only, as a layer is.
    func sealed() async throws -> FilePath {
        let disk = folder.appending("disk.qcow2")
        try await run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2")
        try await run("chmod", "0444", "disk.qcow2")
        return disk
    }

    private func place(_ part: String, at mebibytes: Int) async throws {
        try await run("dd", "if=\(part)", "of=disk.raw", "bs=1M", "seek=\(mebibytes)", "conv=notrunc,sparse")
    }

    private func write(_ text: String, to path: FilePath, at offset: Int) throws {
        let file = try FileDescriptor.open(path, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(toAbsoluteOffset: Int64(offset), Array(text.utf8)) }
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        try await Program.run(program, arguments, in: folder, deadline: .seconds(120))
    }
}
