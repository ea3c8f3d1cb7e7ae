import Foundation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

/// A folder in which a test makes qcow2 images with QEMU's programs and reads them with ours.
struct QCOW2Workshop {
    let folder: FilePath

    /// Lends a workshop and removes it afterwards.
    static func open(_ body: (QCOW2Workshop) async throws -> Void) async throws {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "qcow2") {
            try await body(QCOW2Workshop(folder: $0))
        }
    }

    func path(_ name: String) -> FilePath { folder.appending(name) }

    @discardableResult
    func qemuImg(_ arguments: String...) async throws -> String {
        try await Program.run("qemu-img", arguments, in: folder, deadline: .seconds(60)).text
    }

    /// Runs commands of `qemu-io` on an image.
    func qemuIO(_ name: String, _ commands: String..., options: [String] = []) async throws {
        try await Program.run(
            "qemu-io", options + commands.flatMap { ["-c", $0] } + [name], in: folder, deadline: .seconds(60))
    }

    /// Opens an image with our reader; a raw backing file is read as it is.
    func reader(_ name: String, backing: BackingPolicy = .folder) throws -> QCOW2Reader {
        try QCOW2Reader(path(name), backing: backing) { path, format in
            guard format == .raw else { throw ImageError(.unsupported, path, "only raw is read here") }
            return QCOW2RawDisk(try SourceFile(path))
        }
    }

    /// Checks that a reader gives the bytes of a raw file, and zeros wherever it says so.
    func expectSame(_ reader: any DiskReader, as raw: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
        let wanted = try SourceFile(path(raw))
        #expect(reader.size == wanted.size, sourceLocation: sourceLocation)
        var offset: Int64 = 0
        while offset < min(reader.size, wanted.size) {
            let count = Int(min(reader.size - offset, 1 << 20))
            let same = try Self.bytes(of: reader, at: offset, count) == wanted.bytes(at: offset, count: count)
            #expect(same, "at \(offset)", sourceLocation: sourceLocation)
            offset += Int64(count)
        }
        var last: Int64 = 0
        var gaps: [Range<Int64>] = []
        try reader.forEachDataExtent(in: 0..<reader.size) { data in
            gaps.append(last..<data.lowerBound)
            last = data.upperBound
        }
        for gap in gaps + [last..<reader.size] {
            let bytes = try wanted.bytes(at: gap.lowerBound, count: gap.count)
            #expect(bytes == [UInt8](repeating: 0, count: gap.count), "a hole", sourceLocation: sourceLocation)
        }
    }

    /// Checks that our reader gives what `qemu-img convert -O raw` does.
    func expectReadAsByQemu(_ name: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await qemuImg("convert", "-f", "qcow2", "-O", "raw", name, "wanted.raw")
        try expectSame(reader(name), as: "wanted.raw", sourceLocation: sourceLocation)
    }

    /// Writes an image of a raw file with our writer.
    @discardableResult
    func write(_ raw: String, to name: String, _ encoding: UnitEncoding) throws -> FilePath {
        let disk = QCOW2RawDisk(try SourceFile(path(raw)))
        let writer = try QCOW2Writer(to: OutputFile(creating: path(name)), size: disk.size, encoding: encoding)
        try SimplePass.run(disk, to: [writer])
        return path(name)
    }

    static func bytes(of reader: any DiskReader, at offset: Int64, _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0xEE, count: count)
        try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: offset) }
        return bytes
    }

    /// Makes a raw file of the given size with text-like, random and constant stretches, and zeros between them.
    func makeRaw(_ name: String, size: Int64, _ pieces: [(offset: Int64, Piece)]) throws {
        var generator = SeededRandom(seed: 7)
        let file = try OutputFile(creating: path(name))
        for (offset, piece) in pieces {
            try file.write(piece.bytes(&generator), at: offset)
        }
        try file.setSize(size)
    }

    /// What stands in a stretch of a disk.
    enum Piece {
        case text(Int)
        case noise(Int)
        case ones(Int)

        fileprivate func bytes(_ generator: inout SeededRandom) -> [UInt8] {
            switch self {
            case .ones(let count): [UInt8](repeating: 0xFF, count: count)
            case .noise(let count): generator.bytes(count)
            case .text(let count): generator.words(count)
            }
        }
    }
}

/// A raw file as a disk, all of it data but for the file's holes.
struct QCOW2RawDisk: DiskReader {
    let file: SourceFile
    var size: Int64 { file.size / 512 * 512 }
    var facts: ImageFacts { ImageFacts(format: .raw, layout: "raw") }

    init(_ file: SourceFile) { self.file = file }

    func extent(at offset: Int64) throws -> Extent {
        let extent = try file.extent(at: offset)
        return Extent(extent.content, length: min(extent.length, size - offset))
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        try file.read(into: buffer, at: offset)
    }
}
