import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct DiskImageTests {
    private static let mebibyte = Int64(1) << 20

    @Test(arguments: [
        ("vpc", "subformat=dynamic"), ("vpc", "subformat=fixed,force_size=on"), ("raw", "preallocation=off"),
    ])
    func recognisesWhatQemuImgMade(format: String, options: String) async throws {
        let bench = try VHDBench()
        try await bench.qemuImg("create", "-q", "-f", format, "-o", options, "d.img", "3M")
        let disk = try DiskImage.open(bench.path("d.img"))
        #expect(disk.facts.format == (format == "vpc" ? .vhd : .raw))
    }

    @Test(arguments: [("qcow2", ImageFormat.qcow2), ("vmdk", .vmdk)])
    func recognisesFormatsByTheirStart(format: String, expected: ImageFormat) async throws {
        let bench = try VHDBench()
        try await bench.qemuImg("create", "-q", "-f", format, "d.img", "3M")
        #expect(try DiskImage.open(bench.path("d.img")).facts.format == expected)
    }

    @Test func recognisesAnOVAByItsFirstMember() async throws {
        let bench = try VHDBench()
        try bench.path("a.ovf").write("<Envelope/>".utf8)
        try bench.path("b.vmdk").write("KDMV".utf8)
        for (first, second) in [("a.ovf", "b.vmdk"), ("b.vmdk", "a.ovf")] {
            try await Program.run(
                "tar", ["--format=ustar", "-cf", "\(first).tar", first, second], in: bench.folder,
                deadline: .seconds(10))
        }
        #expect(try DiskImage.recognize(SourceFile(bench.path("a.ovf.tar"))) == .ova)
        let error = #expect(throws: ImageError.self) {
            _ = try DiskImage.recognize(SourceFile(bench.path("b.vmdk.tar")))
        }
        #expect(error?.kind == .unknownFormat)
    }

    @Test(arguments: ["vhdxfile", "QED\0", "\u{1F}\u{8B}\u{08}", "<<< Oracle VM VirtualBox Disk Image >>>"])
    func namesFormatsThatAreNotRead(start: String) throws {
        let bench = try VHDBench()
        let path = bench.path("d.img")
        try path.write(start.unicodeScalars.map { UInt8($0.value) } + [UInt8](repeating: 0, count: 4096))
        let error = #expect(throws: ImageError.self) { _ = try DiskImage.open(path) }
        #expect(error?.kind == .unknownFormat)
        #expect(try DiskImage.open(path, as: .raw).size >= 4096)
    }

    @Test func takesARawDiskThatEndsWithAnotherDisksFooterAsRaw() throws {
        let bench = try VHDBench()
        let small = try RawReader(bench.rawDisk("small.raw", size: 65536, noise: [0..<100]))
        let vhd = try bench.write(small, to: "small.vhd", VHDFixedWriter.init).readBytes()
        try bench.path("d.raw").write([UInt8](repeating: 0, count: 65536) + vhd)
        #expect(try DiskImage.open(bench.path("small.vhd")).facts.format == .vhd)
        #expect(try DiskImage.open(bench.path("d.raw")).facts.format == .raw)
    }

    @Test(arguments: [0, 1, 511])
    func takesTinyFilesAsRaw(length: Int) throws {
        let bench = try VHDBench()
        try bench.path("d").write([UInt8](repeating: 7, count: length))
        #expect(try DiskImage.open(bench.path("d")).facts.format == .raw)
    }

    @Test func sumsUpAnImage() throws {
        let bench = try VHDBench()
        let source = try RawReader(
            bench.rawDisk(
                "d.raw", size: 9 * Self.mebibyte, noise: [0..<100, 5 * Self.mebibyte..<5 * Self.mebibyte + 9]))
        let path = try bench.write(source, to: "d.vhd", VHDDynamicWriter.init)
        let summary = try ImageSummary(of: DiskImage.open(path), at: path)
        #expect(summary.allocated == 2 * 65536)
        #expect(summary.fileSize == 2048 + 2 * (512 + 2 * Self.mebibyte) + 512)
        #expect(summary.diskUsage < Self.mebibyte)
        #expect(
            summary.description.hasPrefix(
                """
                file          \(path)
                format        vhd, dynamic
                virtual size  9437184 bytes (9 MiB)
                file size
                """))
        let json = try JSONEncoder().encode(summary)
        let fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(
            Set(fields.keys) == [
                "file", "format", "layout", "virtual-size", "file-size", "disk-usage", "allocated", "cluster-size",
                "backing-chain",
            ])
        #expect(try JSONDecoder().decode(ImageSummary.self, from: json) == summary)
    }

    @Test func listsTheChainOfBackingFiles() async throws {
        let bench = try VHDBench()
        _ = try bench.rawDisk("base.raw", size: 3 * Self.mebibyte, noise: [0..<100])
        try await bench.qemuImg("create", "-q", "-f", "qcow2", "-b", "base.raw", "-F", "raw", "one.qcow2")
        try await bench.qemuImg("create", "-q", "-f", "qcow2", "-b", "one.qcow2", "-F", "qcow2", "two.qcow2", "4M")
        let path = bench.path("two.qcow2")
        let summary = try ImageSummary(of: DiskImage.open(path), at: path)
        #expect(summary.backingChain.map(\.file) == ["one.qcow2", "base.raw"])
        #expect(summary.backingChain.map(\.format) == [.qcow2, .raw])
        #expect(summary.backingChain.map(\.virtualSize) == [3 * Self.mebibyte, 3 * Self.mebibyte])
        #expect(summary.allocated > 0)
        #expect(throws: ImageError.self) { _ = try DiskImage.open(path, backing: .none) }
    }
}
