import HostSystem
import RandomTestSupport
import SystemPackage
import Testing

@testable import DiskImages

struct QCOW2BrokenImageTests {
    /// A change to a good image, and what is said about it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let name: String
        let kind: ImageError.Kind
        let offset: Int64?
        let change: @Sendable (inout [UInt8]) -> Void
        var testDescription: String { name }

        init(
            _ name: String, _ kind: ImageError.Kind, at offset: Int64?,
            _ change: @escaping @Sendable (inout [UInt8]) -> Void
        ) {
            self.name = name
            self.kind = kind
            self.offset = offset
            self.change = change
        }

        /// A word that is set where it stands, and found there.
        static func word<Word: FixedWidthInteger & Sendable>(
            _ name: String, _ kind: ImageError.Kind, _ word: Word, at offset: Int
        ) -> Damage {
            Damage(name, kind, at: Int64(offset)) { $0.setBig(word, at: offset) }
        }

        static func truncation(to size: Int, _ kind: ImageError.Kind = .truncated, at offset: Int64?) -> Damage {
            Damage("cut off after \(size) bytes", kind, at: offset) { $0.removeSubrange(size...) }
        }
    }

    // The good image, as QEMU makes it: header at 0, L1 table at 0x30000, L2 table at 0x40000, data at 0x50000.
    private static let l1 = 0x30000
    private static let l2 = 0x40000
    private static let copied = UInt64(1) << 63
    private static let compressed = UInt64(1) << 62

    static let headers: [Damage] = [
        .truncation(to: 0, .unknownFormat, at: 0), .truncation(to: 3, .unknownFormat, at: 0),
        .truncation(to: 71, at: 0), .truncation(to: 72, at: 100), .truncation(to: 103, at: 100),
        .truncation(to: 104, at: 72), .truncation(to: 512, at: 40), .truncation(to: l1 + 7, at: 40),
        .word("no magic", .unknownFormat, UInt32(0x5146_4900), at: 0),
        .word("version 1", .unsupported, UInt32(1), at: 4), .word("version 4", .unsupported, UInt32(4), at: 4),
        .word("clusters of one byte", .corrupt, UInt32(0), at: 20),
        .word("8 cluster bits", .corrupt, UInt32(8), at: 20),
        .word("63 cluster bits", .corrupt, UInt32(63), at: 20),
        .word("2^32 - 1 cluster bits", .corrupt, UInt32.max, at: 20),
        .word("a disk of 2^63 bytes", .unsupported, UInt64(1) << 63, at: 24),
        .word("a disk of 2^64 - 1 bytes", .unsupported, UInt64.max, at: 24),
        Damage("a disk of 2^53 bytes", .corrupt, at: 36) { $0.setBig(UInt64(1) << 53, at: 24) },
        .word("AES encryption", .unsupported, UInt32(1), at: 32),
        .word("LUKS encryption", .unsupported, UInt32(2), at: 32),
        .word("a huge L1 table", .corrupt, UInt32.max, at: 36), .word("no L1 table", .corrupt, UInt32(0), at: 36),
        .word("an unaligned L1 table", .corrupt, UInt64(0x30200), at: 40),
        .word("an L1 table outside the file", .truncated, UInt64(1) << 40, at: 40),
        .word("an L1 table at the end of all numbers", .truncated, UInt64.max << 16, at: 40),
        .word("an L1 table over the header", .corrupt, UInt64(0), at: 40),
        .word("the mark of corruption", .corrupt, UInt64(2), at: 72),
        .word("an external data file", .unsupported, UInt64(4), at: 72),
        .word("extended L2 entries", .unsupported, UInt64(16), at: 72),
        .word("an unknown feature", .unsupported, UInt64(1) << 40, at: 72),
        .word("64-bit-and-more reference counts", .corrupt, UInt32(7), at: 96),
        .word("a short header", .corrupt, UInt32(96), at: 100), .word("an odd header", .corrupt, UInt32(113), at: 100),
        .word("a header beyond its cluster", .corrupt, UInt32.max & ~7, at: 100),
        .word("an unknown compression type", .unsupported, UInt8(9), at: 104),
        .word("zstd without its feature bit", .corrupt, UInt8(1), at: 104),
        Damage("the feature bit without zstd", .corrupt, at: 104) { $0.setBig(UInt64(8), at: 72) },
        .word("a huge header extension", .corrupt, UInt32.max, at: 116),
        .word("an extension that says encryption", .unsupported, UInt32(0x0537_BE77), at: 112),
        Damage("a long backing name", .corrupt, at: 16) { image in
            image.setBig(UInt64(512), at: 8)
            image.setBig(UInt32(1024), at: 16)
        },
        Damage("a backing name outside the cluster", .corrupt, at: 8) { image in
            image.setBig(UInt64.max, at: 8)
            image.setBig(UInt32(8), at: 16)
        },
        Damage("a backing name in the header", .corrupt, at: 8) { image in
            image.setBig(UInt64(8), at: 8)
            image.setBig(UInt32(8), at: 16)
        },
    ]

    static let tables: [Damage] = [
        .truncation(to: l2, at: Int64(l1)), .truncation(to: l2 + 65535, at: Int64(l1)),
        .truncation(to: l2 + 65536, at: Int64(l2)), .truncation(to: l2 + 65536 + 65535, at: Int64(l2)),
        .word("an L2 table outside the file", .truncated, copied | 1 << 40, at: l1),
        .word("an unaligned L2 table", .corrupt, copied | UInt64(l2 + 512), at: l1),
        .word("an L2 table over the L1 table", .corrupt, copied | UInt64(l1), at: l1),
        .word("reserved bits in the L1 table", .corrupt, copied | UInt64(l2) | 1 << 60, at: l1),
        .word("a cluster outside the file", .truncated, copied | 1 << 50, at: l2),
        .word("an unaligned cluster", .corrupt, copied | UInt64(0x50200), at: l2),
        .word("a cluster that is its own table", .corrupt, copied | UInt64(l2), at: l2),
        .word("a cluster that is the L1 table", .corrupt, copied | UInt64(l1), at: l2),
        .word("reserved bits in the L2 table", .corrupt, copied | UInt64(0x50000) | 1 << 57, at: l2),
        .word("a zero cluster with an unaligned place", .corrupt, UInt64(0x50201), at: l2),
        Damage("a zero cluster in version 2", .corrupt, at: Int64(l2)) { image in
            image.setBig(UInt32(2), at: 4)
            image.setBig(UInt64(1), at: l2)
        },
        .word("a compressed cluster outside the file", .truncated, compressed | 1 << 53, at: l2),
        Damage("a compressed cluster of plain bytes", .corrupt, at: 0x50000) {
            $0.setBig(compressed | 0x50000, at: l2)
        },
        Damage("a compressed cluster of the longest length", .corrupt, at: 0x50000) {
            $0.setBig(compressed | UInt64(255) << 54 | 0x50000, at: l2)
        },
    ]

    @Test(arguments: headers + tables)
    func namesWhatIsBroken(damage: Damage) async throws {
        try await QCOW2Workshop.open { shop in
            var image = try await Self.goodImage(in: shop)
            damage.change(&image)
            try shop.path("a.qcow2").write(image)
            do {
                let reader = try shop.reader("a.qcow2")
                _ = try QCOW2Workshop.bytes(of: reader, at: 0, 65536)
                Issue.record("the image was read")
            } catch let error as ImageError {
                #expect(error.kind == damage.kind, "\(error)")
                #expect(error.offset == damage.offset, "\(error)")
                #expect(error.file == shop.path("a.qcow2"))
            }
        }
    }

    /// 2 MiB whose first 128 KiB are data, from the offset 0x50000 of the file on.
    private static func goodImage(in shop: QCOW2Workshop) async throws -> [UInt8] {
        try await shop.qemuImg("create", "-f", "qcow2", "good.qcow2", "2M")
        try await shop.qemuIO("good.qcow2", "write -P 255 0 128k")
        let image = try shop.path("good.qcow2").readBytes()
        #expect(image.big(UInt64.self, at: 40) == UInt64(l1))
        #expect(image.big(UInt64.self, at: l1) == copied | UInt64(l2))
        #expect(image.big(UInt64.self, at: l2) == copied | 0x50000)
        return image
    }

    @Test(arguments: 0..<4)
    func survivesRandomDamage(part: UInt64) async throws {
        try await QCOW2Workshop.open { shop in
            let image = try await mixedImage(in: shop)
            let (l1, l2) = (Int(image.big(UInt64.self, at: 40)), 0x40000)
            var generator = SeededRandom(seed: part)
            var read = 0
            for _ in 0..<125 {
                var damaged = image
                for _ in 0..<Int.random(in: 1...6, using: &generator) {
                    let place =
                        [0..<160, l1..<l1 + 8, l2..<l2 + 256, 0..<image.count]
                        .randomElement(using: &generator).map { Int.random(in: $0, using: &generator) } ?? 0
                    damaged[place] =
                        [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)]
                        .randomElement(using: &generator) ?? 0
                }
                if Int.random(in: 0..<10, using: &generator) == 0 {
                    damaged.removeSubrange(Int.random(in: 0..<image.count, using: &generator)...)
                }
                try shop.path("a.qcow2").write(damaged)
                read += try readAll("a.qcow2", in: shop)
            }
            #expect(read > 0)
        }
    }

    /// Reads up to 8 MiB of an image in pieces; gives the number of pieces that could be read.
    private func readAll(_ name: String, in shop: QCOW2Workshop) throws -> Int {
        var read = 0
        do {
            let reader = try shop.reader(name)
            let end = min(reader.size, 8 << 20)
            for offset in stride(from: 0, to: end, by: 1 << 20) {
                do {
                    let extent = try reader.extent(at: offset)
                    #expect(extent.length > 0 && extent.length <= reader.size - offset)
                    _ = try QCOW2Workshop.bytes(of: reader, at: offset, Int(min(1 << 20, end - offset)))
                    read += 1
                } catch is ImageError {}
            }
        } catch is ImageError {}
        return read
    }

    /// 4 MiB with plain, compressed, zero and absent clusters.
    private func mixedImage(in shop: QCOW2Workshop) async throws -> [UInt8] {
        try await shop.qemuImg("create", "-f", "qcow2", "good.qcow2", "4M")
        try await shop.qemuIO(
            "good.qcow2", "write -P 7 0 256k", "write -c -P 8 1M 64k", "write -c -P 9 1088k 64k", "write -z 64k 64k",
            "write -P 3 2M 128k")
        return try shop.path("good.qcow2").readBytes()
    }
}
