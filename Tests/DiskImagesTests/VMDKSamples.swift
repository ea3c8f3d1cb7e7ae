import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

/// A raw disk that tests convert from.
struct VMDKSample: Sendable, CustomTestStringConvertible {
    /// What it shows.
    let testDescription: String
    /// Its size in bytes.
    let size: Int64
    /// What it holds: bytes at offsets, zeros elsewhere.
    let pieces: [(offset: Int64, bytes: [UInt8])]

    init(_ name: String, size: Int64, _ pieces: [(offset: Int64, bytes: [UInt8])]) {
        testDescription = name
        self.size = size
        self.pieces = pieces
    }

    /// The disks that every writer must get right.
    static let all: [VMDKSample] = [
        VMDKSample("empty", size: 4 << 20, []),
        VMDKSample("full", size: 2 << 20, [(0, text(2 << 20))]),
        VMDKSample("zeros that are written", size: 1 << 20, [(0, [UInt8](repeating: 0, count: 1 << 20))]),
        VMDKSample("sparse", size: 16 << 20, [(70_000, text(10)), (5 << 20, noise(200_000)), ((16 << 20) - 1, [1])]),
        VMDKSample("one sector", size: 512, [(100, text(300))]),
        VMDKSample("no whole grain", size: (3 << 20) + 5 * 512, [(0, text(4096)), ((3 << 20) + 600, noise(1900))]),
        VMDKSample("incompressible", size: 1 << 20, [(0, noise(1 << 20))]),
        VMDKSample(
            "several grain tables", size: 200 << 20,
            [
                (0, text(100)), ((32 << 20) - 65536, noise(131072)), (150 << 20, text(70_000)),
                ((200 << 20) - 10, text(10)),
            ]
        ),
        VMDKSample(
            "large and nearly empty", size: 64 << 30,
            [(512, text(5000)), (1 << 35, noise(100_000)), ((64 << 30) - 4096, text(4096))]),
    ]

    /// Bytes that compress.
    static func text(_ count: Int) -> [UInt8] {
        let line = Array("The quick brown fox jumps over the lazy dog, and over \(count) more.\n".utf8)
        return Array([[UInt8]](repeating: line, count: count / line.count + 1).joined().prefix(count))
    }

    /// Bytes that do not compress, always the same.
    static func noise(_ count: Int) -> [UInt8] {
        var generator = SeededRandom(seed: UInt64(count))
        let words = (0..<count / 8 + 1).map { _ in generator.next() }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    /// Writes the raw disk.
    func write(to path: FilePath) throws {
        let file = try OutputFile(creating: path)
        for (offset, bytes) in pieces { try file.write(bytes, at: offset) }
        try file.setSize(size)
    }
}

/// A raw disk in a file, its holes left out.
struct VMDKRawDisk: DiskReader {
    let file: SourceFile
    var size: Int64 { file.size }
    var facts: ImageFacts { ImageFacts(format: .raw, layout: "raw") }

    init(_ path: FilePath) throws {
        file = try SourceFile(path)
    }

    func extent(at offset: Int64) throws -> Extent { try file.extent(at: offset) }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        try file.read(into: buffer, at: offset)
    }
}

/// Takes a disk's identity, to compare contents by.
private final class VMDKIdentityTaker: ImageWriter {
    let encoding = UnitEncoding.plain
    var content: Digest?

    func append(_ chunk: borrowing EncodedChunk) throws {}

    func finish(_ identity: DiskIdentity) throws {
        content = identity.content
    }
}

extension DiskReader {
    /// The digest of the disk's size and content.
    func vmdkContent() throws -> Digest {
        let taker = VMDKIdentityTaker()
        try SimplePass.run(self, to: [taker])
        return try #require(taker.content)
    }
}

/// Lends a folder with a raw disk in it.
func withVMDKSample(
    _ sample: VMDKSample, _ body: (_ folder: FilePath, _ raw: FilePath) async throws -> Void
) async throws {
    try await withScratchFolder(in: "/tmp", prefix: "vmdk") { folder in
        let raw = folder.appending("disk.raw")
        try sample.write(to: raw)
        try await body(folder, raw)
    }
}

/// Runs qemu-img; the comparison of two images fails if they differ.
func vmdkQemuImg(_ arguments: String...) async throws {
    try await Program.run("qemu-img", arguments, deadline: .seconds(60))
}
