import SystemPackage

@testable import DiskImages

/// Raw disks for tests.
enum RawDisk {
    /// Writes pieces at their offsets into a file that is otherwise a hole.
    static func write(_ pieces: [Int: [UInt8]], size: Int, to path: FilePath) throws {
        let file = try OutputFile(creating: path)
        for (offset, bytes) in pieces { try file.write(bytes, at: Int64(offset)) }
        try file.setSize(Int64(size))
    }

    /// Bytes that compress well.
    static func text(_ count: Int) -> [UInt8] {
        let words = Array("the quick brown fox jumps over the lazy dog; ".utf8)
        return (0..<count).map { words[$0 % words.count] ^ UInt8(truncatingIfNeeded: $0 >> 14) }
    }
}
