internal import Foundation
internal import HostSystem
import RandomTestSupport
internal import SystemPackage
internal import Testing

@testable import DiskImages

/// A folder for one test of VHD or raw images, removed with it, and what such tests do in it.
struct VHDBench: ~Copyable {
    let folder: FilePath

    init() throws {
        folder = FilePath(NSTemporaryDirectory()).appending("vhd-test-\(String.randomHex(digits: 12))")
        try folder.createFolder()
    }

    deinit {
        try? folder.remove()
    }

    func path(_ name: String) -> FilePath { folder.appending(name) }

    /// Runs `qemu-img` in the folder.
    @discardableResult
    func qemuImg(_ arguments: String...) async throws -> String {
        try await Program.run("qemu-img", arguments, in: folder, deadline: .seconds(60)).text
    }

    /// Makes a raw disk of `size` bytes with noise, none of it zero, at some places, and holes elsewhere.
    func rawDisk(_ name: String, size: Int64, noise: [Range<Int64>]) throws -> FilePath {
        let file = try OutputFile(creating: path(name))
        var random = SeededRandom(seed: UInt64(size))
        for range in noise {
            let range = range.clamped(to: 0..<size)
            let words = (0..<range.count / 8 + 1).map { _ in random.next() | 0x0101_0101_0101_0101 }
            try words.withUnsafeBytes {
                try file.write(UnsafeRawBufferPointer(rebasing: $0[..<range.count]), at: range.lowerBound)
            }
        }
        try file.setSize(size)
        return path(name)
    }

    /// Writes a disk with one of our writers.
    @discardableResult
    func write(
        _ disk: any DiskReader, to name: String, _ writer: (OutputFile, Int64) throws -> any ImageWriter
    ) throws -> FilePath {
        try SimplePass.run(disk, to: [writer(try OutputFile(creating: path(name)), disk.size)])
        return path(name)
    }
}

/// Bytes that are compared at once: element by element takes seconds without optimisation.
struct VHDContent: Equatable, CustomTestStringConvertible {
    var bytes: [UInt8]

    var testDescription: String { "\(bytes.count) bytes, \(Digest.of(bytes).short)" }

    /// All of a file.
    init(of file: FilePath) throws {
        bytes = try file.readBytes(limit: .mebibytes(256))
    }

    /// All of a disk.
    init(of disk: any DiskReader) throws {
        bytes = try [UInt8](unsafeUninitializedCapacity: Int(disk.size)) { buffer, filled in
            try disk.read(into: UnsafeMutableRawBufferPointer(buffer), at: 0)
            filled = buffer.count
        }
    }

    /// All of a disk as its map tells it: only what is called data is read.
    init(mapped disk: any DiskReader) throws {
        var bytes = [UInt8](repeating: 0, count: Int(disk.size))
        try disk.forEachDataExtent(in: 0..<disk.size) { range in
            try bytes.withUnsafeMutableBytes {
                try disk.read(
                    into: UnsafeMutableRawBufferPointer(rebasing: $0[Int(range.lowerBound)..<Int(range.upperBound)]),
                    at: range.lowerBound)
            }
        }
        self.bytes = bytes
    }

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    static func == (one: VHDContent, other: VHDContent) -> Bool {
        one.bytes.count == other.bytes.count && memcmp(one.bytes, other.bytes, one.bytes.count) == 0
    }
}
