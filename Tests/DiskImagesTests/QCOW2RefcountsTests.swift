import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct QCOW2RefcountsTests {
    /// Takes clusters without writing them, so that 2 GiB of file pass in no time.
    @Test(arguments: [1, 32_766, 32_767, 32_768, 32_769, 70_000], [0, 1, 3])
    func countsEveryClusterOfALongFileOnce(taken: Int, more: Int64) async throws {
        try await QCOW2Workshop.open { shop in
            let file = try OutputFile(creating: shop.path("a"))
            let refcounts = QCOW2Refcounts(for: file)
            var clusters: Set<Int64> = []
            for _ in 0..<taken { clusters.insert(try refcounts.allocate()) }
            #expect(clusters.count == taken)
            let (table, first) = try refcounts.finish(more: more)
            let end = first + more
            #expect(refcounts.next == end)
            try file.setSize(end << 16)

            let written = try SourceFile(shop.path("a"))
            let blocks = try written.bytes(at: table.offset, count: Int(end.dividedRoundingUp(by: 32_768)) * 8)
            for index in stride(from: 0, to: blocks.count, by: 8) {
                let block: UInt64 = blocks.big(at: index)
                #expect(!clusters.contains(Int64(block) >> 16))
                let used = Int(min(32_768, end - Int64(index / 8) * 32_768))
                let counts = bigEndianBytes([UInt16](repeating: 1, count: used))
                let free = [UInt8](repeating: 0, count: 65_536 - counts.count)
                #expect(try written.bytes(at: Int64(block), count: 65_536) == counts + free)
            }
        }
    }

    @Test func fillsGapsBesidesWholeClusters() async throws {
        try await QCOW2Workshop.open { shop in
            let refcounts = QCOW2Refcounts(for: try OutputFile(creating: shop.path("a")))
            var packing = QCOW2Packing(refcounts, alignment: 2)
            #expect(try packing.placeCluster() == 0)
            #expect(try packing.placeStream(30_001) == 65_536)
            #expect(try packing.placeCluster() == 131_072)
            #expect(try packing.placeStream(60_000) == 196_608)
            #expect(try packing.placeStream(20_000) == 95_538)
            #expect(try packing.placeStream(10_000) == 115_538)
            #expect(try packing.placeStream(10_000) == 256_608)
            #expect(refcounts.next == 5)
        }
    }
}
