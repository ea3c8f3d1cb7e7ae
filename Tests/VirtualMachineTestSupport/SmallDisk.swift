import Foundation
package import HostSystem
package import SystemPackage

/// A file system in memory, of a size that can be filled.
package struct SmallDisk: Sendable {
    /// Where it is.
    package let path: FilePath

    /// Lends one at `path`, which is a folder then.
    package static func with<Result>(
        at path: FilePath, size: ByteCount, _ body: (SmallDisk) async throws -> Result
    ) async throws -> Result {
        try path.createFolder()
        try await Program.run(
            "mount", ["-t", "tmpfs", "-o", "size=\(size.bytes),mode=755", "tmpfs", path.string], deadline: .seconds(10))
        return try await withCleanup {
            try await body(SmallDisk(path: path))
        } cleanup: {
            _ = try? await Program.run("umount", ["--lazy", path.string], deadline: .seconds(10))
        }
    }

    private var filler: FilePath { path.appending("filler") }

    /// Takes room until only `rest` is left.
    package func fill(leaving rest: ByteCount) throws {
        let file = try FileDescriptor.open(filler, .writeOnly, options: [.create], permissions: .publicFile)
        try file.closeAfter {
            var result: Int32 = 0
            repeat {
                let taken = try file.seek(offset: 0, from: .end)
                let size = taken + (try free()) - rest.bytes
                guard size > taken else { return }
                result = posix_fallocate(file.rawValue, 0, off_t(size))
                // Whoever writes meanwhile has taken some of it.
            } while result == ENOSPC
            guard result == 0 else { throw Errno(rawValue: result) }
        }
    }

    /// Gives the room back.
    package func clear() throws {
        try filler.remove()
    }

    private func free() throws -> Int64 {
        var room = statvfs()
        guard statvfs(path.string, &room) == 0 else { throw Errno(rawValue: errno) }
        return Int64(room.f_bavail) * Int64(room.f_frsize)
    }
}
