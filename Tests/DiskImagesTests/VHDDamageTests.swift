import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

struct VHDDamageTests {
    @Test(arguments: VHDDamage.corpus)
    func namesWhatIsWrong(damage: VHDDamage) throws {
        let bench = try VHDBench()
        var bytes = try VHDDamage.sample(bench, fixed: damage.fixed)
        damage.apply(&bytes)
        let path = bench.path("broken.vhd")
        try path.write(bytes)
        let error = #expect(throws: ImageError.self) { _ = try VHDContent(of: VHDReader(path)) }
        #expect(error?.kind == damage.kind, "\(String(describing: error))")
        #expect(error?.offset == damage.offset, "\(String(describing: error))")
        #expect(error?.file == path)
    }

    @Test(arguments: [true, false])
    func givesBytesOrAnErrorForAnyDamage(fixed: Bool) throws {
        let bench = try VHDBench()
        let valid = try VHDDamage.sample(bench, fixed: fixed)
        var random = SeededRandom(seed: 2)
        for variant in 0..<250 {
            var bytes = valid
            let places = fixed ? bytes.count - 512..<bytes.count : 0..<2560
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let words: [UInt8] = [0, 1, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &random)]
                bytes[Int.random(in: places, using: &random)] = words[Int.random(in: 0..<5, using: &random)]
            }
            if variant % 2 == 0 { VHDDamage.sealAll(&bytes, fixed: fixed) }
            if variant % 9 == 0 { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
            let path = bench.path("\(variant).vhd")
            try path.write(bytes)
            do {
                let disk = try VHDReader(path)
                guard disk.size < 64 << 20 else { continue }
                _ = try VHDContent(of: disk)
                _ = try VHDContent(mapped: disk)
            } catch is ImageError {}
            try path.remove()
        }
    }
}

/// One way to break a VHD, and what is to be said of it.
struct VHDDamage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var fixed = false
    let kind: ImageError.Kind
    let offset: Int64?
    let apply: @Sendable (inout [UInt8]) -> Void

    /// A valid image: a disk of 4 MiB + 512 bytes, of which the dynamic one has two of its three blocks.
    static func sample(_ bench: borrowing VHDBench, fixed: Bool) throws -> [UInt8] {
        let size = Int64(fixedEnd)
        let disk = try RawReader(bench.rawDisk("d.raw", size: size, noise: [9..<99_999, size - 512..<size]))
        let path =
            fixed
            ? try bench.write(disk, to: "d.vhd", VHDFixedWriter.init)
            : try bench.write(disk, to: "d.vhd", VHDDynamicWriter.init)
        return try path.readBytes()
    }

    /// Makes a footer's checksum right again.
    static func seal(_ bytes: inout [UInt8], footerAt offset: Int) {
        let footer = Array(bytes[offset..<offset + 512])
        bytes.setBig(VHDFooter.checksum(of: footer, at: 64), at: offset + 64)
    }

    /// Makes the dynamic header's checksum right again.
    static func sealHeader(_ bytes: inout [UInt8]) {
        let header = Array(bytes[512..<512 + 1024])
        bytes.setBig(VHDFooter.checksum(of: header, at: 36), at: 512 + 36)
    }

    /// Makes all checksums right again.
    static func sealAll(_ bytes: inout [UInt8], fixed: Bool) {
        seal(&bytes, footerAt: bytes.count - 512)
        guard !fixed else { return }
        bytes.replaceSubrange(bytes.count - 512..<bytes.count, with: bytes[0..<512])
        seal(&bytes, footerAt: 0)
        seal(&bytes, footerAt: bytes.count - 512)
        sealHeader(&bytes)
    }

    /// The length of the fixed and of the dynamic sample without their footers.
    private static let fixedEnd = (4 << 20) + 512
    private static let dynamicEnd = 2048 + 2 * (512 + (2 << 20))

    static let corpus: [VHDDamage] = [
        VHDDamage(testDescription: "empty file", kind: .truncated, offset: nil) { $0 = [] },
        VHDDamage(testDescription: "no footer", fixed: true, kind: .corrupt, offset: Int64(fixedEnd - 512)) {
            $0.removeLast(512)
        },
        VHDDamage(testDescription: "end lost", kind: .truncated, offset: 99_488) { $0.removeLast($0.count - 100_000) },
        footer("checksum", fixed: true, .corrupt, at: 64, sealed: false) { $0[40] ^= 1 },
        footer("version 2", fixed: true, .corrupt, at: 12) { $0.setBig(UInt32(2 << 16), at: 12) },
        footer("type 9", fixed: true, .corrupt, at: 60) { $0.setBig(UInt32(9), at: 60) },
        footer("differencing", fixed: true, .unsupported, at: 60) { $0.setBig(UInt32(4), at: 60) },
        footer("size of 2^64 - 1", fixed: true, .corrupt, at: 48) { $0.setBig(UInt64.max, at: 48) },
        footer("size of half a sector", fixed: true, .corrupt, at: 48) { $0.setBig(UInt64(256), at: 48) },
        footer("size beyond the file", fixed: true, .truncated, at: 48) { $0.setBig(UInt64(fixedEnd + 512), at: 48) },
        VHDDamage(testDescription: "copy of another footer", kind: .corrupt, offset: 0) {
            $0[70] ^= 0xFF
            seal(&$0, footerAt: 0)
        },
        VHDDamage(testDescription: "copy with a wrong checksum", kind: .corrupt, offset: 64) { $0[100] ^= 0xFF },
        VHDDamage(testDescription: "header beyond the file", kind: .truncated, offset: 16) {
            $0.setBig(UInt64.max - 100, at: 16)
            sealAll(&$0, fixed: false)
        },
        VHDDamage(testDescription: "no header", kind: .corrupt, offset: 512) { $0[512] = 0 },
        VHDDamage(testDescription: "header's checksum", kind: .corrupt, offset: 512 + 36) { $0[512 + 700] = 1 },
        header("version 0", .corrupt, at: 24) { $0.setBig(UInt32(0), at: 512 + 24) },
        header("table beyond the file", .truncated, at: 16) { $0.setBig(UInt64.max, at: 512 + 16) },
        header("table at the end", .truncated, at: 16) { $0.setBig(UInt64($0.count - 4), at: 512 + 16) },
        header("too few entries", .corrupt, at: 28) { $0.setBig(UInt32(2), at: 512 + 28) },
        header("blocks of no bytes", .corrupt, at: 32) { $0.setBig(UInt32(0), at: 512 + 32) },
        header("blocks of 3 MiB", .corrupt, at: 32) { $0.setBig(UInt32(3 << 20), at: 512 + 32) },
        header("blocks of 2 GiB", .corrupt, at: 32) { $0.setBig(UInt32(1) << 31, at: 512 + 32) },
        header("millions of blocks", .unsupported, at: 28) {
            $0.setBig(UInt64(1) << 40, at: 48)
            $0.setBig(UInt32.max, at: 512 + 28)
            $0.setBig(UInt32(512), at: 512 + 32)
        },
        VHDDamage(testDescription: "block beyond the file", kind: .truncated, offset: 1536) {
            $0.setBig(UInt32(0x7FFF_FFFF), at: 1536)
        },
        VHDDamage(testDescription: "block at the end", kind: .truncated, offset: 1536 + 8) {
            $0.setBig(UInt32(dynamicEnd / 512 - 1), at: 1536 + 8)
        },
        VHDDamage(testDescription: "block over the footer's copy", kind: .corrupt, offset: 1536) {
            $0.setBig(UInt32(0), at: 1536)
        },
        VHDDamage(testDescription: "block over the table", kind: .corrupt, offset: 1536) {
            $0.setBig(UInt32(3), at: 1536)
        },
        VHDDamage(testDescription: "block over another", kind: .corrupt, offset: 1536 + 4) {
            $0.setBig(UInt32(5), at: 1536 + 4)
        },
    ]

    private static func footer(
        _ name: String, fixed: Bool, _ kind: ImageError.Kind, at place: Int, sealed: Bool = true,
        _ change: @escaping @Sendable (inout [UInt8]) -> Void
    ) -> VHDDamage {
        VHDDamage(testDescription: "footer: \(name)", fixed: fixed, kind: kind, offset: Int64(fixedEnd + place)) {
            var footer = Array($0[fixedEnd...])
            change(&footer)
            $0.replaceSubrange(fixedEnd..., with: footer)
            if sealed { seal(&$0, footerAt: fixedEnd) }
        }
    }

    private static func header(
        _ name: String, _ kind: ImageError.Kind, at place: Int64, _ change: @escaping @Sendable (inout [UInt8]) -> Void
    ) -> VHDDamage {
        VHDDamage(testDescription: "header: \(name)", kind: kind, offset: 512 + place) {
            change(&$0)
            sealAll(&$0, fixed: false)
        }
    }
}
