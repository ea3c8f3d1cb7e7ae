internal import DiskImages
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// An ext2, ext3 or ext4 file system on a disk, whose blocks `debugfs` knows.
struct ExtVolume {
    /// The inode of the journal, as `ext2_fs.h` has it.
    private static let journal = "8"

    private let start: Int64
    private let blockSize: Int64

    /// The file system at `start`; nil if there is none.
    init?(of disk: any DiskReader, at start: Int64) throws {
        guard start + 2048 <= disk.size else { return nil }
        let block = try disk.bytes(at: start + 1024, count: 64)
        // `s_magic` and `s_log_block_size`.
        guard block[56] == 0x53, block[57] == 0xEF, block[24] <= 6 else { return nil }
        self.start = start
        blockSize = 1024 << Int64(block[24])
    }

    /// Whose the bytes at `offsets` are, in a raw file.
    func uses(of offsets: [Int64], on raw: FilePath, in folder: FilePath) async throws -> [Int64: DiskMap.Use] {
        let blocks = Set(offsets.map(block)).sorted()
        let words = blocks.map(String.init)
        let first = try await ask(
            ["icheck " + words.joined(separator: " ")] + words.map { "testb \($0)" }, raw, folder)
        var (inodes, free): ([Int64: String], Set<Int64>) = ([:], [])
        for line in first.split(separator: "\n") {
            let fields = line.split(separator: "\t").map(String.init)
            if fields.count == 2, let block = Int64(fields[0]), Int64(fields[1]) != nil { inodes[block] = fields[1] }
            let said = line.split(separator: " ")
            if said.count == 5, said[0] == "Block", said[2...] == ["not", "in", "use"], let block = Int64(said[1]) {
                free.insert(block)
            }
        }
        let paths = inodes.isEmpty ? [:] : try await self.paths(of: Set(inodes.values).sorted(), raw, folder)
        return Dictionary(
            offsets.map { offset in
                let block = self.block(offset)
                return (offset, use(inode: inodes[block], paths, isFree: free.contains(block)))
            }, uniquingKeysWith: { first, _ in first })
    }

    private func use(inode: String?, _ paths: [String: String], isFree: Bool) -> DiskMap.Use {
        guard let inode else { return isFree ? .free : .own("the file system's tables") }
        if inode == Self.journal { return .own("the file system's journal") }
        return paths[inode].map(DiskMap.Use.file) ?? .own("a file without a name")
    }

    private func block(_ offset: Int64) -> Int64 { (offset - start) / blockSize }

    /// The paths of inodes, by their numbers.
    private func paths(of inodes: [String], _ raw: FilePath, _ folder: FilePath) async throws -> [String: String] {
        let text = try await ask(["ncheck " + inodes.joined(separator: " ")], raw, folder)
        var paths: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", maxSplits: 1).map(String.init)
            guard fields.count == 2, inodes.contains(fields[0]) else { continue }
            paths[fields[0]] = paths[fields[0]] ?? "/" + fields[1].drop { $0 == "/" }
        }
        return paths
    }

    private func ask(_ commands: [String], _ raw: FilePath, _ folder: FilePath) async throws -> String {
        let file = folder.appending("commands")
        try file.write((commands.joined(separator: "\n") + "\n").utf8)
        return try await Program.run(
            "debugfs", ["-f", file.string, "\(raw)?offset=\(start)"], deadline: .seconds(600)
        ).text
    }
}

extension DiskReader {
    /// The bytes from `offset` on, which lie inside the disk.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            filled = count
        }
    }
}
