import Foundation
import HostSystem
import SystemPackage

/// A disk with a GPT, an EFI system partition, ext4 and swap, made without any machine, on which secrets are hidden.
struct PlantedDisk {
    private static let mebibyte: Int64 = 1 << 20
    private let folder: FilePath

    /// Prepares a disk in `folder`.
    init(in folder: FilePath) throws {
        self.folder = folder
        for name in ["root", "esp-files"] { try folder.appending(name).createFolder() }
    }

    /// The disk as a raw file.
    var raw: FilePath { folder.appending("disk.raw") }
    /// The files of the ext4 file system, before it is made.
    var root: FilePath { folder.appending("root") }

    /// Makes the disk with `secrets` on it.
    func make(with secrets: [PlantedSecret] = []) async throws {
        try write(String(repeating: "a loader", count: 500), to: "esp-files/EFI/BOOT/BOOTX64.EFI")
        for secret in secrets { try await plant(secret) }
        try await run("truncate", "--size=160M", "disk.raw")
        let table =
            "label: gpt\nstart=2048, size=32M, type=U, name=esp\nsize=96M, type=L, name=root\nsize=16M, type=S, name=swap\n"
        try await Program.run("sfdisk", ["--quiet", raw.string], input: Array(table.utf8), deadline: .seconds(60))
        try await run("truncate", "--size=32M", "esp")
        try await run("mkfs.vfat", "-F", "16", "esp")
        try await run("mcopy", "-s", "-i", "esp", "esp-files/EFI", "::")
        try await run("mke2fs", "-q", "-t", "ext4", "-b", "4096", "-d", "root", "system", "96M")
        try await delete(secrets)
        try await run("truncate", "--size=16M", "swap")
        try await run("mkswap", "swap")
        for (name, start) in [("esp", 1), ("system", 33), ("swap", 129)] {
            try await run(
                "dd", "if=\(name)", "of=disk.raw", "bs=1M", "seek=\(start)", "conv=notrunc,sparse", "status=none")
        }
        try scatter(secrets)
    }

    private func plant(_ secret: PlantedSecret) async throws {
        switch secret.place {
        case .file(let path), .deleted(let path): try write(secret.content, to: "root\(path)")
        case .esp(let path): try write(secret.content, to: "esp-files\(path)")
        case .packed(let path, let program):
            try write(secret.content, to: "plain")
            let packed = try await Program.run(
                program, ["--stdout", folder.appending("plain").string], deadline: .seconds(60))
            try write(packed.standardOutput, to: "root\(path)")
        case .field(let path):
            try write(secret.content, to: "plain")
            let packed = try await Program.run(
                "zstd", ["--stdout", folder.appending("plain").string], deadline: .seconds(60))
            let header = Array("LPKSHHRH".utf8) + [UInt8](repeating: 7, count: 3001)
            try write(header + packed.standardOutput + [UInt8](repeating: 9, count: 5000), to: "root\(path)")
        case .swap, .gap: break
        }
    }

    private func delete(_ secrets: [PlantedSecret]) async throws {
        for case .deleted(let path) in secrets.map(\.place) {
            try await run("debugfs", "-w", "-R", "rm \(path)", "system")
        }
    }

    /// Writes what is in no file system.
    private func scatter(_ secrets: [PlantedSecret]) throws {
        let disk = try FileDescriptor.open(raw, .writeOnly, options: [.closeOnExec])
        try disk.closeAfter {
            for secret in secrets {
                let offset: Int64
                switch secret.place {
                case .swap: offset = 129 * Self.mebibyte + 123_456
                case .gap: offset = 150 * Self.mebibyte + 77
                default: continue
                }
                _ = try disk.writeAll(toAbsoluteOffset: offset, Array(secret.content.utf8))
            }
        }
    }

    private func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

    private func write(_ bytes: [UInt8], to name: String) throws {
        let file = folder.pushing(FilePath(name))
        try file.removingLastComponent().createFolder()
        try file.write(bytes)
    }

    private func run(_ program: String, _ arguments: String...) async throws {
        try await Program.run(program, arguments, in: folder, deadline: .seconds(120))
    }
}
