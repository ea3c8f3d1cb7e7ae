import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

struct VMDKCorruptionTests {
    /// A way to break a VMDK, and what is said of it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kind: ImageError.Kind
        let offset: Int64?
        let words: String
        let apply: @Sendable (VMDKImage) -> VMDKImage

        init(
            _ name: String, _ kind: ImageError.Kind, at offset: Int?, _ words: String,
            _ apply: @escaping @Sendable (VMDKImage) -> VMDKImage
        ) {
            testDescription = name
            self.kind = kind
            self.offset = offset.map(Int64.init)
            self.words = words
            self.apply = apply
        }
    }

    static let damages: [Damage] = [
        Damage("empty", .truncated, at: 0, "wanted") { $0.cut(to: 0) },
        Damage("half a header", .truncated, at: 0, "wanted") { $0.cut(to: 300) },
        Damage("another format", .corrupt, at: 0, "KDMV") { $0.setting(UInt32(7), at: 0) },
        Damage("extent of ESX", .unsupported, at: 0, "ESX") { $0.setting(UInt32(0x4457_4F43), at: 0) },
        Damage("version 0", .unsupported, at: 4, "version is 0") { $0.setting(UInt32(0), at: 4) },
        Damage("version 4", .unsupported, at: 4, "version is 4") { $0.setting(UInt32(4), at: 4) },
        Damage("unknown flags", .unsupported, at: 8, "0x80030001") { $0.setting(UInt32(0x8003_0001), at: 8) },
        Damage("no markers", .unsupported, at: 8, "markers") { $0.setting(UInt32(0x10001), at: 8) },
        Damage("text transfer", .corrupt, at: 73, "text") { $0.setting(UInt32(0x0A0A_200A), at: 73) },
        Damage("compression method", .unsupported, at: 77, "method 2") { $0.setting(UInt16(2), at: 77) },
        Damage("no grain size", .corrupt, at: 20, "grain of 0") { $0.setting(UInt64(0), at: 20) },
        Damage("odd grain size", .corrupt, at: 20, "grain of 24") { $0.setting(UInt64(24), at: 20) },
        Damage("huge grain size", .corrupt, at: 20, "grain of") { $0.setting(UInt64(1) << 63, at: 20) },
        Damage("table entries", .unsupported, at: 44, "0 entries") { $0.setting(UInt32(0), at: 44) },
        Damage("no capacity", .corrupt, at: 12, "0 sectors") { $0.setting(UInt64(0), at: 12) },
        Damage("endless capacity", .corrupt, at: 12, "18446744073709551615") { $0.setting(UInt64.max, at: 12) },
        Damage("huge capacity", .unsupported, at: 12, "grain directory of") { $0.setting(UInt64(1) << 43, at: 12) },
        Damage("other capacity", .corrupt, at: 12, "descriptor of 1024") { $0.setting(UInt64(4096), at: 12) },
        Damage("capacity beyond the directory", .truncated, at: 56, "outside") { $0.setting(UInt64(1) << 37, at: 12) },
        Damage("no descriptor", .unsupported, at: 36, "no descriptor") { $0.setting(UInt64(0), at: 36) },
        Damage("huge descriptor", .corrupt, at: 36, "descriptor of") { $0.setting(UInt64.max, at: 36) },
        Damage("descriptor outside", .truncated, at: 28, "sector 9999999") { $0.setting(UInt64(9_999_999), at: 28) },
        Damage("descriptor overflows", .truncated, at: 28, "outside") { $0.setting(UInt64.max, at: 28) },
        Damage("descriptor over the header", .truncated, at: 28, "sector 0") { $0.setting(UInt64(0), at: 28) },
        Damage("directory outside", .truncated, at: 56, "outside") { $0.setting(UInt64(1) << 40, at: 56) },
        Damage("directory at the header", .truncated, at: 56, "sector 0") { $0.setting(UInt64(0), at: 56) },
        Damage("footer missing", .corrupt, at: nil, "marker") { $0.setting(UInt64.max, at: 56) },
        Damage("table outside", .truncated, at: VMDKImage.directory, "table 0") {
            $0.setting(UInt32.max, at: VMDKImage.directory)
        },
        Damage("no createType", .corrupt, at: 512, "createType") { $0.replacing("createType", with: "kind") },
        Damage("flat", .unsupported, at: 512, "monolithicFlat") {
            $0.replacing("streamOptimized", with: "monolithicFlat")
        },
        Damage("flat extent", .unsupported, at: 512, "FLAT") { $0.replacing("SPARSE", with: "FLAT") },
        Damage("two extents", .unsupported, at: 512, "2 extents") {
            $0.replacing("# The Disk", with: "RW 1024 SPARSE \"b.vmdk\"\n# The Disk")
        },
        Damage("no extent", .corrupt, at: 512, "0 extents") { $0.replacing("RW ", with: "RX ") },
        Damage("extent's length", .corrupt, at: 512, "'-5'") { $0.replacing("RW 1024", with: "RW -5") },
        Damage("extent's length overflows", .corrupt, at: 512, "'99999999999999999999'") {
            $0.replacing("RW 1024", with: "RW 99999999999999999999")
        },
        Damage("parent", .unsupported, at: 512, "parent") { $0.replacing("parentCID=ffffffff", with: "parentCID=1") },
        Damage("descriptor alone", .unsupported, at: 0, "other files") { image in
            var copy = image
            copy.bytes.removeFirst(512)
            return copy
        },
        Damage("grain outside", .truncated, at: VMDKImage.table, "grain 0") {
            $0.setting(UInt32.max, at: VMDKImage.table)
        },
        Damage("grain in the descriptor", .truncated, at: VMDKImage.table, "header") {
            $0.setting(UInt32(1), at: VMDKImage.table)
        },
        Damage("two entries for a grain", .corrupt, at: VMDKImage.firstGrain, "sector 0, and its table that it is 128")
        {
            $0.setting(UInt32(26), at: VMDKImage.table + 4)
        },
        Damage("wrong address", .corrupt, at: VMDKImage.firstGrain, "sector 5") {
            $0.setting(UInt64(5), at: VMDKImage.firstGrain)
        },
        Damage("empty grain", .corrupt, at: VMDKImage.firstGrain + 8, "0 bytes") {
            $0.setting(UInt32(0), at: VMDKImage.firstGrain + 8)
        },
        Damage("huge grain", .corrupt, at: VMDKImage.firstGrain + 8, "4294967295 bytes") {
            $0.setting(UInt32.max, at: VMDKImage.firstGrain + 8)
        },
        Damage("grain cut off", .truncated, at: nil, "outside the file") { $0.cut(to: $0.bytes.count - 1024) },
        Damage("no zlib stream", .corrupt, at: VMDKImage.firstGrain + 12, "zlib") {
            $0.setting(UInt16(0xFFFF), at: VMDKImage.firstGrain + 12)
        },
    ]

    @Test(arguments: damages)
    func namesWhatIsBroken(damage: Damage) async throws {
        let image = VMDKImage(grains: [0: VMDKSample.noise(65536), 1: VMDKSample.noise(65536)])
        try await withScratchFolder(in: "/tmp", prefix: "vmdk") { folder in
            let path = folder.appending("disk.vmdk")
            try path.write(damage.apply(image).bytes)
            let error = #expect(throws: ImageError.self) { try readAll(path) }
            #expect(error?.kind == damage.kind)
            #expect(error?.file == path)
            if let offset = damage.offset { #expect(error?.offset == offset) }
            #expect(error?.reason.contains(damage.words) == true, "\(error?.reason ?? "")")
        }
    }

    @Test func refusesTablesOverEachOther() async throws {
        let capacity = 2 * 512 * 128
        for second in [UInt32(22), 23, 25] {
            var image = VMDKImage(capacity: capacity, grains: [:]).setting(second, at: VMDKImage.directory + 4)
            image.bytes += [UInt8](repeating: 0, count: 2048)
            let error = try await failure(of: image.bytes)
            #expect(error?.kind == .corrupt)
            #expect(error?.offset == Int64(VMDKImage.directory + 4))
            #expect(error?.reason.contains("overlap") == true)
        }
    }

    @Test func refusesPlainGrainsOverEachOther() async throws {
        var image = VMDKImage(grains: [:])
            .setting(UInt32(1), at: 8).setting(UInt16(0), at: 77)
            .setting(UInt32(26), at: VMDKImage.table).setting(UInt32(27), at: VMDKImage.table + 4)
        image.bytes += [UInt8](repeating: 7, count: 4 * 65536)
        let error = try await failure(of: image.bytes)
        #expect(error?.kind == .corrupt)
        #expect(error?.offset == Int64(VMDKImage.table + 4))
        #expect(error?.reason.contains("overlap") == true)
    }

    @Test(arguments: [
        (512, "marker of type 0"), (1536, "marker of type 3"), (1024, "KDMV"), (1024 - 12, "another disk"),
    ])
    func refusesABrokenFooter(fromEnd: Int, words: String) async throws {
        try await withVMDKSample(VMDKSample("", size: 1 << 20, [(0, [1])])) { folder, raw in
            let vmdk = folder.appending("disk.vmdk")
            let writer = try VMDKWriter(OutputFile(creating: vmdk), size: 1 << 20, extentName: "a")
            try SimplePass.run(VMDKRawDisk(raw), to: [writer])
            var bytes = try vmdk.readBytes()
            bytes[bytes.count - fromEnd] ^= 0x40
            let error = try await failure(of: bytes)
            #expect(error?.kind == .corrupt)
            #expect(error?.reason.contains(words) == true, "\(error?.reason ?? "")")
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func neverCrashesOnRandomDamage(seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let images = [
            VMDKImage(grains: [0: VMDKSample.text(65536), 3: VMDKSample.text(65536)]).bytes,
            VMDKImage(
                grainSectors: 8, capacity: 8 * 600, grains: [0: VMDKSample.text(4096), 9: VMDKSample.noise(4096)]
            ).bytes,
        ]
        try await withScratchFolder(in: "/tmp", prefix: "vmdk") { folder in
            let path = folder.appending("disk.vmdk")
            for round in 0..<170 {
                var bytes = images[round % 2]
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let places = [0..<80, 512..<1000, VMDKImage.directory..<VMDKImage.table + 64, 0..<bytes.count]
                    let offset = Int.random(in: places.randomElement(using: &random) ?? 0..<1, using: &random)
                    bytes[offset] = UInt8.random(in: 0...255, using: &random)
                }
                if round % 10 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
                try path.write(bytes)
                do { try readAll(path, limit: 4 << 20) } catch is ImageError {}
            }
        }
    }

    private func failure(of bytes: [UInt8]) async throws -> ImageError? {
        try await withScratchFolder(in: "/tmp", prefix: "vmdk") { folder in
            let path = folder.appending("disk.vmdk")
            try path.write(bytes)
            return #expect(throws: ImageError.self) { try readAll(path) }
        }
    }

    /// Reads all data of a disk, or as much as `limit`, and looks at as many extents.
    private func readAll(_ path: FilePath, limit: Int64 = .max) throws {
        let reader = try VMDKReader(path)
        var offset = Int64(0)
        var rounds = 0
        while offset < min(reader.size, limit), rounds < 10_000 {
            let extent = try reader.extent(at: offset)
            #expect(extent.length > 0 && offset + extent.length <= reader.size)
            if extent.content == .data {
                var bytes = [UInt8](repeating: 0, count: Int(min(extent.length, 4 << 20)))
                try bytes.withUnsafeMutableBytes { try reader.read(into: $0, at: offset) }
            }
            offset += extent.length
            rounds += 1
        }
    }
}

extension VMDKImage {
    /// The same file, cut short.
    func cut(to count: Int) -> VMDKImage {
        var copy = self
        copy.bytes.removeLast(bytes.count - count)
        return copy
    }
}
