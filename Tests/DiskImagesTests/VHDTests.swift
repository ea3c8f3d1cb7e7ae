import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct VHDTests {
    private static let mebibyte = Int64(1) << 20
    private static let gibibyte = Int64(1) << 30
    private static let largestGeometry = Int64(65535 * 16 * 255 * 512)
    private static let noise: [Range<Int64>] = [
        0..<512, 700_000..<800_000, 2 * mebibyte - 512..<2 * mebibyte + 512, 9 * mebibyte..<12 * mebibyte,
    ]

    @Test(arguments: ["fixed", "dynamic"], ["force_size=on", "force_size=off"])
    func readsWhatQemuImgWrote(layout: String, force: String) async throws {
        let bench = try VHDBench()
        _ = try bench.rawDisk("d.raw", size: 17 * Self.mebibyte + 7 * 512, noise: Self.noise)
        try await bench.qemuImg(
            "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=\(layout),\(force)", "d.raw", "d.vhd")
        try await bench.qemuImg("convert", "-f", "vpc", "-O", "raw", "d.vhd", "theirs.raw")
        let disk = try VHDReader(bench.path("d.vhd"))
        let theirs = try VHDContent(of: RawReader(bench.path("theirs.raw")))
        #expect(disk.facts.layout == layout)
        #expect(try VHDContent(of: disk) == theirs)
        #expect(try VHDContent(mapped: disk) == theirs)
    }

    @Test(
        arguments: [
            512, 1024, 68 * 512, 65536, mebibyte - 512, 2 * mebibyte, 2 * mebibyte + 512, 16 * mebibyte,
            17 * mebibyte + 3 * 512, 40 * mebibyte,
        ] as [Int64])
    func writesWhatQemuImgReads(size: Int64) async throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: size, noise: Self.noise + [size - 512..<size]))
        for (name, writer) in Self.writers {
            let path = try bench.write(source, to: "\(name).vhd", writer)
            #expect(try VHDContent(of: VHDReader(path)) == VHDContent(of: source))
            #expect(try VHDContent(mapped: VHDReader(path)) == VHDContent(of: source))
            try await bench.qemuImg("compare", "-f", "raw", "-F", "vpc", "d.raw", "\(name).vhd")
        }
    }

    @Test(
        arguments: [
            512, 504 * mebibyte, 1023 * mebibyte + 512, 8 * gibibyte - 512, 127 * gibibyte, largestGeometry,
            128 * gibibyte, 137 * gibibyte + 1536, 1024 * gibibyte, VHD.largestDisk,
        ] as [Int64])
    func keepsTheSizeToTheByte(size: Int64) async throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: size, noise: [size - 512..<size]))
        for (name, writer) in Self.writers {
            let path = try bench.write(source, to: "\(name).vhd", writer)
            #expect(try VHDReader(path).size == size)
            let info = try await bench.qemuImg("info", "-f", "vpc", "--output=json", "\(name).vhd")
            #expect(info.contains("\"virtual-size\": \(size),"), "\(info)")
            #expect(try Self.lastSector(of: VHDReader(path)) == Self.lastSector(of: source))
        }
    }

    @Test func writesTheSameBytesTwice() throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: 17 * Self.mebibyte, noise: Self.noise))
        for (name, writer) in Self.writers {
            let first = try bench.write(source, to: "\(name)1.vhd", writer)
            let second = try bench.write(VHDReader(first), to: "\(name)2.vhd", writer)
            #expect(try VHDContent(of: first) == VHDContent(of: second))
        }
    }

    @Test func isNoLargerThanQemuImgs() async throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: 48 * Self.mebibyte, noise: Self.noise))
        for (name, writer) in Self.writers {
            let ours = try bench.write(source, to: "\(name).vhd", writer)
            try await bench.qemuImg(
                "convert", "-f", "raw", "-O", "vpc", "-o", "subformat=\(name),force_size=on", "d.raw", "theirs.vhd")
            #expect(try ours.fileSize() <= bench.path("theirs.vhd").fileSize())
        }
    }

    @Test func fixedIsTheRawDiskAndItsFooter() throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: 3 * Self.mebibyte + 512, noise: Self.noise))
        let file = try OutputFile(creating: bench.path("d.vhd"))
        let writer = try VHDFixedWriter(file, size: source.size)
        try SimplePass.run(source, to: [writer])
        let bytes = try bench.path("d.vhd").readBytes()
        #expect(try VHDContent(bytes.dropLast(512)) == VHDContent(of: source))
        let uuid = Array(bytes.suffix(512))[68..<84]
        #expect(uuid[74] & 0xF0 == 0x80)
        let other = writer.footer(DiskIdentity(content: .of("another disk")))
        #expect(other.count == 512)
        #expect(other[0..<64] == Array(bytes.suffix(512))[0..<64])
        #expect(other[68..<84] != uuid)
    }

    @Test func readsSectorsWithoutABitAsZero() throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: 4 * Self.mebibyte, noise: [0..<4 * Self.mebibyte]))
        let path = try bench.write(source, to: "d.vhd", VHDDynamicWriter.init)
        var bytes = try path.readBytes()
        let firstBitmap = 2048
        bytes[firstBitmap] = 0b1011_1111
        bytes[firstBitmap + 511] = 0b1111_1110
        try bench.path("cleared.vhd").write(bytes)
        var expected = try VHDContent(of: source)
        for sector in [1, 4095] {
            expected.bytes.replaceSubrange(sector * 512..<(sector + 1) * 512, with: repeatElement(0, count: 512))
        }
        let disk = try VHDReader(bench.path("cleared.vhd"))
        #expect(try VHDContent(of: disk) == expected)
        #expect(try VHDContent(mapped: disk) == expected)
        #expect(try disk.extent(at: 512) == Extent(.zeros, length: 512))
        var odd = [UInt8](repeating: 0, count: 1000)
        try odd.withUnsafeMutableBytes { try disk.read(into: $0, at: 301) }
        #expect(odd == Array(expected.bytes[301..<1301]))
    }

    @Test func takesTheCurrentSizeWhoeverWroteIt() throws {
        let bench = try VHDBench()
        let source = try RawReader(bench.rawDisk("d.raw", size: 16 * Self.mebibyte, noise: Self.noise))
        var bytes = try bench.write(source, to: "d.vhd", VHDFixedWriter.init).readBytes(limit: .mebibytes(17))
        for creator in ["vpc ", "imgf", "qem2"] {
            bytes.replaceSubrange(bytes.count - 512 + 28..<bytes.count - 512 + 32, with: creator.utf8)
            VHDDamage.seal(&bytes, footerAt: bytes.count - 512)
            try bench.path("\(creator).vhd").write(bytes)
            #expect(try VHDReader(bench.path("\(creator).vhd")).size == 16 * Self.mebibyte)
        }
    }

    @Test func refusesADiskThatIsTooLarge() throws {
        let bench = try VHDBench()
        for (name, writer) in Self.writers {
            let file = try OutputFile(creating: bench.path(name))
            let error = #expect(throws: ImageError.self) { _ = try writer(file, VHD.largestDisk + 512) }
            #expect(error?.kind == .unsupported)
        }
    }

    @Test func warnsOfASizeThatAzureRefuses() {
        #expect(VHD.warnings(size: 3 * Self.mebibyte).isEmpty)
        #expect(VHD.warnings(size: 3 * Self.mebibyte + 512) == [.noWholeMebibytes(size: 3 * Self.mebibyte + 512)])
    }

    private static var writers: [(String, (OutputFile, Int64) throws -> any ImageWriter)] {
        [("fixed", VHDFixedWriter.init), ("dynamic", VHDDynamicWriter.init)]
    }

    private static func lastSector(of disk: any DiskReader) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 512)
        try bytes.withUnsafeMutableBytes { try disk.read(into: $0, at: disk.size - 512) }
        return bytes
    }
}
