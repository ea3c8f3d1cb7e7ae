import Foundation
import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

/// The whole pass, with the writers and readers of every format.
struct ConversionTests {
    /// A disk's content, by what is unusual in it.
    enum Content: String, CaseIterable, CustomTestStringConvertible {
        case empty, full, sparse, noise, zeros, oneSector, oddSize, dataAtTheEnd

        var testDescription: String { rawValue }

        /// Writes the disk as a raw file.
        func write(to path: FilePath) throws {
            var random = SeededRandom(seed: 7)
            let mebibyte = 1 << 20
            switch self {
            case .empty: try RawDisk.write([:], size: 16 * mebibyte, to: path)
            case .full: try RawDisk.write([0: RawDisk.text(9 * mebibyte)], size: 9 * mebibyte, to: path)
            case .sparse:
                let pieces = (0..<40).map { _ in
                    (Int.random(in: 0..<700 * mebibyte, using: &random), RawDisk.text(5000))
                }
                try RawDisk.write(Dictionary(pieces) { $1 }, size: 701 * mebibyte, to: path)
            case .noise: try RawDisk.write([0: random.bytes(5 * mebibyte)], size: 6 * mebibyte, to: path)
            case .zeros:
                try RawDisk.write([0: [UInt8](repeating: 0, count: 5 * mebibyte)], size: 5 * mebibyte, to: path)
            case .oneSector: try RawDisk.write([0: RawDisk.text(512)], size: 512, to: path)
            case .oddSize: try RawDisk.write([3 * mebibyte: RawDisk.text(70_000)], size: 33 * mebibyte + 512, to: path)
            case .dataAtTheEnd:
                try RawDisk.write([65 * mebibyte - 700: RawDisk.text(700)], size: 65 * mebibyte, to: path)
            }
        }
    }

    static let outputs: [ImageOutput] = {
        let machine = try? OVADescription(name: "disk")
        return [.qcow2(), .vmdk(), .vhd(.fixed), .raw()] + (machine.map { [.ova($0)] } ?? [])
    }()

    @Test(arguments: Content.allCases)
    func givesEveryFormatTheWholeDisk(content: Content) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try content.write(to: raw)
            let outputs = Self.outputs
            let images = try await Conversion(of: RawReader(raw), to: outputs, name: "disk", verifies: true).run(
                into: folder)
            #expect(images.map(\.format) == outputs.map(\.format))
            for image in images {
                #expect(try await Digest.of(file: image.file) == image.digest, "\(image.format)")
                #expect(try image.file.fileSize().bytes == image.size)
            }
            for (file, format) in [
                ("disk.qcow2", "qcow2"), ("disk.vmdk", "vmdk"), ("disk.vhd", "vpc"), ("disk.raw", "raw"),
            ] {
                let path = folder.appending(file).string
                try await Program.run(
                    "qemu-img", ["compare", "-f", "raw", "-F", format, raw.string, path], deadline: .seconds(60))
            }
            try await Program.run(
                "qemu-img", ["check", "-f", "qcow2", folder.appending("disk.qcow2").string], deadline: .seconds(60))
            #expect(folder.folderEntries.filter { $0.contains("partial") } == [])
        }
    }

    @Test(arguments: [ImageOutput.qcow2(.defaultDeflate), .qcow2(.plain)])
    func isDecodedByLibqcowWhereThatCan(output: ImageOutput) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try Content.oddSize.write(to: raw)
            let images = try await Conversion(of: RawReader(raw), to: [output], name: "disk", verifies: true).run(
                into: folder)
            #expect(images.map(\.decoder) == ["libqcow"])
        }
    }

    @Test func givesTheSameBytesFromEveryContainerAndWithAnyNumberOfThreads() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try Content.sparse.write(to: raw)
            let qcow2 = folder.appending("source.qcow2")
            try await Program.run(
                "qemu-img", ["convert", "-f", "raw", "-O", "qcow2", "-c", raw.string, qcow2.string],
                deadline: .seconds(60))
            var digests: Set<[Digest]> = []
            for (source, threads) in [(raw, 1), (raw, 2), (raw, 9), (qcow2, 1), (qcow2, 5)] {
                let images = try await Conversion(
                    of: DiskImage.open(source), to: Self.outputs, name: "disk", threads: threads
                ).run(into: folder)
                digests.insert(images.map(\.digest))
            }
            #expect(digests.count == 1)
        }
    }

    @Test func takesAnOverlayThreeDeepWithZerosOverData() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            func qemuImg(_ arguments: String...) async throws {
                try await Program.run("qemu-img", arguments, in: folder, deadline: .seconds(60))
            }
            try Content.full.write(to: folder.appending("base.raw"))
            try await qemuImg("create", "-q", "-f", "qcow2", "-F", "raw", "-b", "base.raw", "one.qcow2")
            try await qemuImg("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "one.qcow2", "two.qcow2")
            try await qemuImg("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "two.qcow2", "top.qcow2", "40M")
            for (image, command) in [
                ("one.qcow2", "write -P 7 1M 3M"), ("two.qcow2", "write -z 2M 128k"),
                ("top.qcow2", "write -P 9 20M 1k"),
            ] {
                try await Program.run("qemu-io", ["-c", command, image], in: folder, deadline: .seconds(60))
            }
            _ = try await Conversion(
                of: DiskImage.open(folder.appending("top.qcow2")), to: Self.outputs, name: "disk", verifies: true
            ).run(into: folder)
            for (file, format) in [("qcow2", "qcow2"), ("vmdk", "vmdk"), ("vhd", "vpc"), ("raw", "raw")] {
                try await qemuImg("compare", "-f", "qcow2", "-F", format, "top.qcow2", "disk.\(file)")
            }
        }
    }

    @Test func givesADynamicVHDTheWholeDisk() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try Content.sparse.write(to: raw)
            let images = try await Conversion(of: RawReader(raw), to: [.vhd(.dynamic)], name: "disk", verifies: true)
                .run(into: folder)
            #expect(try await Digest.of(file: folder.appending("disk.vhd")) == images.first?.digest)
            #expect(images.first?.size ?? .max < 100 << 20)
        }
    }

    @Test func leavesNothingAndSaysWhyWhenTheSourceIsBroken() async throws {
        struct Broken: DiskReader {
            let size = Int64(64 << 20)
            let facts = ImageFacts(format: .raw, layout: "broken in the middle")
            func extent(at offset: Int64) throws -> Extent { Extent(.data, length: size - offset) }
            func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
                guard offset < 40 << 20 else { throw ImageError(.corrupt, "source", at: offset, "broken here") }
                buffer.initializeMemory(as: UInt8.self, repeating: 65)
            }
        }
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            await #expect(throws: ImageError(.corrupt, "source", at: 40 << 20, "broken here")) {
                try await Conversion(of: Broken(), to: Self.outputs, name: "disk").run(into: folder)
            }
            #expect(folder.folderEntries == [])
        }
    }

    @Test func leavesNothingWhenItIsCancelled() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try RawDisk.write([0: RawDisk.text(1000)], size: 64 << 30, to: raw)
            let task = Task {
                try await Conversion(of: RawReader(raw), to: Self.outputs, name: "disk").run(into: folder)
            }
            try await poll(every: .milliseconds(10), deadline: .seconds(20), for: "the files") {
                folder.folderEntries.count > 1 ? () : nil
            }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(10))
            #expect(folder.folderEntries == ["source.raw"])
        }
    }

    @Test func refusesAFileThatIsBeingWrittenAndTakesOneThatWasLeft() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-conversion") { folder in
            let raw = folder.appending("source.raw")
            try Content.oneSector.write(to: raw)
            let partial = folder.appending("disk.vmdk.partial")
            let other = try FileDescriptor.open(partial, .readWrite, options: [.create], permissions: .publicFile)
            try other.writeAll([UInt8](repeating: 1, count: 5000))
            _ = flock(other.rawValue, LOCK_EX)
            await #expect(throws: ConversionError.busy(partial)) {
                try await Conversion(of: RawReader(raw), to: [.vmdk()], name: "disk").run(into: folder)
            }
            #expect(partial.exists)
            // Closing is not enough: a program that another test has just started may share the descriptor for a moment.
            flock(other.rawValue, LOCK_UN)
            try other.close()
            _ = try await Conversion(of: RawReader(raw), to: [.vmdk()], name: "disk", verifies: true).run(into: folder)
            #expect(folder.folderEntries == ["disk.vmdk", "source.raw"])
        }
    }

    @Test func refusesTwoOutputsThatWouldBeOneFile() throws {
        #expect(throws: ConversionError.formatTwice(.qcow2)) {
            try Conversion(of: RawReader("/bin/sh"), to: [.qcow2(), .qcow2(.plain)], name: "disk")
        }
    }

    @Test func saysHowFastItIsAndHowLongItTakesYet() {
        let progress = ConversionProgress(stage: .converting, done: 3 << 30, total: 8 << 30)
        #expect(progress.line(after: .seconds(3)) == "3 GiB of 8 GiB, 1 GiB/s, 5 s left")
        let start = ConversionProgress(stage: .converting, done: 0, total: 8 << 30)
        #expect(start.line(after: .seconds(3)) == "0 B of 8 GiB")
    }
}
