internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Digests of large files, remembered in `STATE/digests.json` for as long as a file has the same place, size, times and
/// inode; reading 16 GB again for every build would take longer than the rest of a rebuild.
struct DigestMemory {
    private static let limit = 256

    private struct Entry: Codable, Equatable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Double
        let changed: Double
        let sha256: Digest
    }

    let state: FilePath

    /// The file's digest, computed only if it is not known.
    func digest(of path: FilePath) async throws -> Digest {
        let before = try Self.stamp(path, sha256: Digest.of(""))
        var entries = load()
        if let entry = entries[path.absolute.string], entry == Self.with(before, entry.sha256) { return entry.sha256 }
        // What is remembered must hold after a power loss, too, so the file must not lose what was just written.
        try await offloaded { _ in try path.sync() }
        let digest = try await Digest.of(file: path)
        entries = load()
        if entries.count >= Self.limit { entries = [:] }
        entries[path.absolute.string] = Self.with(before, digest)
        try state.createFolder(durably: true)
        try file.writeAtomically(try JSONEncoder().encode(entries))
        return digest
    }

    private var file: FilePath { state.appending("digests.json") }

    private func load() -> [String: Entry] {
        guard let bytes = try? file.readBytes(limit: .mebibytes(4)) else { return [:] }
        return (try? JSONDecoder().decode([String: Entry].self, from: Data(bytes))) ?? [:]
    }

    private static func with(_ stamp: Entry, _ digest: Digest) -> Entry {
        Entry(
            device: stamp.device, inode: stamp.inode, size: stamp.size, modified: stamp.modified,
            changed: stamp.changed, sha256: digest)
    }

    private static func stamp(_ path: FilePath, sha256: Digest) throws -> Entry {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        func seconds(_ time: timespec) -> Double { Double(time.tv_sec) + Double(time.tv_nsec) / 1e9 }
        return Entry(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: seconds(status.st_mtim), changed: seconds(status.st_ctim), sha256: sha256)
    }
}
