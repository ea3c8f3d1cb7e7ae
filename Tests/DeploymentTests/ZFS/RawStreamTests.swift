import DiskImages
import Foundation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import Deployment

/// Streams of real images, taken apart as the host's script does it.
struct RawStreamTests {
    private static let blockSize: Int64 = 16 << 10

    /// What is on a volume that held something else before, once the frames were written to it.
    private func volume(_ frames: [UInt8], size: Int) throws -> [UInt8] {
        var volume = [UInt8](repeating: 0xEE, count: size)
        var rest = frames[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            try #require(words.count == 3)
            let (place, length) = (try #require(Int(words[1])), try #require(Int(words[2])))
            try #require(place % Int(Self.blockSize) == 0 && length % Int(Self.blockSize) == 0)
            rest = rest.dropFirst(line.count + 1)
            switch words[0] {
            case "zero": volume.replaceSubrange(place..<place + length, with: repeatElement(0, count: length))
            case "data":
                volume.replaceSubrange(place..<place + length, with: rest.prefix(length))
                rest = rest.dropFirst(length)
            default: Issue.record("an unknown frame: \(words[0])")
            }
        }
        return volume
    }

    private func stream(_ stream: RawStream, in folder: FilePath) throws -> (digest: Digest, frames: [UInt8]) {
        let path = folder.appending("frames")
        let file = try FileDescriptor.open(
            path, .readWrite, options: [.create, .truncate], permissions: .privateFile)
        let digest = try file.closeAfter { try stream.write(to: file) { false } }
        return (digest, try path.readBytes(limit: .gibibytes(1)))
    }

    @Test(arguments: [ImageFormat.qcow2, .raw], [0, 1, 2, 3])
    func bringsEveryByteOfADisk(format: ImageFormat, seed: UInt64) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-raw") { folder in
            var random = SeededRandom(seed: seed)
            // A last block that is not whole, and islands of all sizes.
            let size = (24 << 20) + 512 * Int.random(in: 1...31, using: &random)
            var bytes = [UInt8](repeating: 0, count: size)
            for _ in 0..<12 {
                let start = Int.random(in: 0..<size, using: &random)
                let end = min(size, start + Int.random(in: 1...300_000, using: &random))
                for place in start..<end { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            }
            bytes[size - 1] = 7
            let raw = folder.appending("disk.raw")
            try raw.write(bytes)
            let image = folder.appending("disk.\(format.rawValue)")
            if format == .qcow2 {
                try await Program.run(
                    "qemu-img", ["convert", "-f", "raw", "-O", "qcow2", "-c", raw.string, image.string],
                    deadline: .seconds(60))
            }
            let disk = try DiskImage.open(image, as: format, backing: .none)
            let made = try RawStream(disk, blockSize: Self.blockSize)
            let (digest, frames) = try stream(made, in: folder)
            #expect(digest == Digest.of(bytes))
            let padded = (size + 16383) / 16384 * 16384
            let volume = try volume(frames, size: padded)
            #expect(Array(volume[..<size]) == bytes)
            #expect(volume[size...].allSatisfy { $0 == 0 }, "nothing of an earlier image is behind the end")
        }
    }

    @Test func sendsNoZerosOfAnEmptyDisk() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-raw") { folder in
            let image = folder.appending("disk.qcow2")
            try await Program.run(
                "qemu-img", ["create", "-q", "-f", "qcow2", image.string, "1G"], deadline: .seconds(60))
            let made = try RawStream(try DiskImage.open(image, as: .qcow2), blockSize: Self.blockSize)
            #expect(made.dataLength == 0)
            #expect(String(decoding: try stream(made, in: folder).frames, as: UTF8.self) == "zero 0 1073741824\n")
        }
    }
}
