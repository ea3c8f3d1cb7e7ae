import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct QCOW2WriterTests {
    /// A disk's size and what stands on it.
    struct Disk: CustomTestStringConvertible, Sendable {
        let name: String
        let size: Int64
        var pieces: [(offset: Int64, QCOW2Workshop.Piece)] = []
        var testDescription: String { name }
    }

    static let disks = [
        Disk(name: "of no bytes", size: 0),
        Disk(name: "one sector", size: 512, pieces: [(0, .noise(512))]),
        Disk(name: "empty", size: 10 << 20),
        Disk(name: "full of text", size: 4 << 20, pieces: [(0, .text(4 << 20))]),
        Disk(name: "full of noise", size: 3 << 20, pieces: [(0, .noise(3 << 20))]),
        Disk(
            name: "noise and text by turns", size: 6 << 20,
            pieces: (0..<48).map { ($0 << 17, $0 % 2 == 0 ? .noise(100_000) : .text(90_000)) }),
        Disk(
            name: "of no whole cluster", size: (5 << 20) + 1536,
            pieces: [(0, .text(70_000)), (1 << 20, .ones(1)), ((5 << 20) + 1000, .noise(536))]),
        Disk(
            name: "sparse over several tables", size: 3 << 30,
            pieces: [
                (0, .text(200_000)), ((512 << 20) - 65536, .noise(131_072)), ((1 << 30) + 5, .text(70_000)),
                ((3 << 30) - 70_000, .ones(70_000)),
            ]),
        Disk(
            name: "one tebibyte", size: 1 << 40,
            pieces: [(0, .text(1000)), (1 << 39, .noise(70_000)), ((1 << 40) - 512, .ones(512))]),
    ]

    static let encodings: [UnitEncoding] = [.defaultZstd, .defaultDeflate, .plain]

    @Test(arguments: disks, encodings)
    func writesWhatQemuReadsAndFindsClean(disk: Disk, encoding: UnitEncoding) async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("a.raw", size: disk.size, disk.pieces)
            let path = try shop.write("a.raw", to: "a.qcow2", encoding)
            try await expectClean("a.qcow2", in: shop)
            try await shop.qemuImg("compare", "-f", "raw", "-F", "qcow2", "a.raw", "a.qcow2")
            if disk.size < 1 << 30 { try shop.expectSame(shop.reader("a.qcow2"), as: "a.raw") }

            try shop.write("a.raw", to: "again.qcow2", encoding)
            #expect(try Digest.of(path.readBytes()) == Digest.of(shop.path("again.qcow2").readBytes()))
            try await expectNotLargerThanQemus("a.qcow2", encoding, in: shop)

            // libqcow reads no zstd, and opens no disk of 0 bytes.
            if case .zstd = encoding { return }
            if disk.size > 0, disk.size < 1 << 30 { try shop.expectSame(LibqcowReader(path), as: "a.raw") }
        }
    }

    /// `qemu-img check` ends with an error for leaks, too.
    private func expectClean(_ name: String, in shop: QCOW2Workshop) async throws {
        let report = try await shop.qemuImg("check", "-f", "qcow2", name)
        #expect(report.hasPrefix("No errors were found on the image."), "\(report)")
    }

    private func expectNotLargerThanQemus(_ name: String, _ encoding: UnitEncoding, in shop: QCOW2Workshop) async throws
    {
        switch encoding {
        case .zstd:
            try await shop.qemuImg(
                "convert", "-c", "-f", "raw", "-O", "qcow2", "-o", "compression_type=zstd", "a.raw", "qemu.qcow2")
        case .plain: try await shop.qemuImg("convert", "-f", "raw", "-O", "qcow2", "a.raw", "qemu.qcow2")
        default: try await shop.qemuImg("convert", "-c", "-f", "raw", "-O", "qcow2", "a.raw", "qemu.qcow2")
        }
        let (ours, qemus) = (try shop.path(name).fileSize(), try shop.path("qemu.qcow2").fileSize())
        // QEMU ends its file inside the last cluster, which VirtualBox does not read.
        #expect(ours.bytes <= qemus.bytes.roundedUp(to: Int64(DiskGeometry.unit)), "\(ours.bytes) and \(qemus.bytes)")
    }

    @Test func writesNoHeaderBeforeTheEnd() async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("a.raw", size: 1 << 20, [(0, .text(1 << 20))])
            let disk = QCOW2RawDisk(try SourceFile(shop.path("a.raw")))
            let writer = try QCOW2Writer(
                to: OutputFile(creating: shop.path("a.qcow2")), size: disk.size, encoding: .plain)
            #expect(throws: CancellationError.self) {
                try SimplePass.run(disk, to: [writer, QCOW2BrokenWriter()])
            }
            #expect(throws: ImageError.self) { try shop.reader("a.qcow2") }
        }
    }

    @Test func refusesADiskThatTheFormatCannotMap() async throws {
        try await QCOW2Workshop.open { shop in
            let file = try OutputFile(creating: shop.path("a.qcow2"))
            #expect(throws: ImageError.self) {
                try QCOW2Writer(to: file, size: QCOW2Writer.largestDisk + 512, encoding: .plain)
            }
        }
    }
}

/// A writer that stops the pass when it gets something.
private final class QCOW2BrokenWriter: ImageWriter {
    let encoding = UnitEncoding.plain
    func append(_ chunk: borrowing EncodedChunk) throws { throw CancellationError() }
    func finish(_ identity: DiskIdentity) throws {}
}
