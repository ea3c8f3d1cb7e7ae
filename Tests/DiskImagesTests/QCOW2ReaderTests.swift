import HostSystem
import SystemPackage
import Testing

@testable import DiskImages

struct QCOW2ReaderTests {
    private static let pieces: [(offset: Int64, QCOW2Workshop.Piece)] = [
        (0, .text(300_000)), (1 << 20, .noise(200_000)), (3_000_320, .ones(70_000)), (5 << 20, .text(1 << 20)),
        ((8 << 20) + 4608, .noise(512)),
    ]
    private static let size: Int64 = (8 << 20) + 5120

    @Test(arguments: [
        ["compat=0.10"], ["compat=1.1"], ["compat=1.1", "cluster_size=512"], ["compat=0.10", "cluster_size=4k"],
        ["compat=1.1", "cluster_size=2M"], ["compat=1.1", "lazy_refcounts=on"], ["compat=1.1", "refcount_bits=1"],
    ])
    func readsPlainClusters(options: [String]) async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("a.raw", size: Self.size, Self.pieces)
            try await shop.qemuImg(
                "convert", "-f", "raw", "-O", "qcow2", "-o", options.joined(separator: ","), "a.raw", "a.qcow2")
            try shop.expectSame(shop.reader("a.qcow2"), as: "a.raw")
        }
    }

    @Test(arguments: [
        ["compat=0.10"], ["compat=1.1"], ["compression_type=zstd"], ["compression_type=zstd", "cluster_size=4k"],
        ["compression_type=zlib", "cluster_size=512"], ["compression_type=zlib", "cluster_size=2M"],
        ["compression_type=zstd", "cluster_size=2M"],
    ])
    func readsCompressedClusters(options: [String]) async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("a.raw", size: Self.size, Self.pieces)
            try await shop.qemuImg(
                "convert", "-c", "-f", "raw", "-O", "qcow2", "-o", options.joined(separator: ","), "a.raw", "a.qcow2")
            let reader = try shop.reader("a.qcow2")
            try shop.expectSame(reader, as: "a.raw")
            #expect(reader.facts.compression == (options[0] == "compression_type=zstd" ? "zstd" : "zlib"))
            #expect(
                try QCOW2Workshop.bytes(of: reader, at: 5_242_881, 9)
                    == SourceFile(shop.path("a.raw")).bytes(at: 5_242_881, count: 9))
        }
    }

    @Test(arguments: ["64k", "512"])
    func readsZeroClustersOverData(clusterSize: String) async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "-o", "cluster_size=\(clusterSize)", "a.qcow2", "4M")
            try await shop.qemuIO(
                "a.qcow2", "write -P 7 0 4M", "write -z 64k 128k", "write -z -u 1M 1M", "write -z 3000000 1000",
                "discard 2M 64k", "write -P 9 2100000 3")
            try await shop.expectReadAsByQemu("a.qcow2")
        }
    }

    @Test(arguments: ["metadata", "falloc", "full"])
    func readsNoHoleOfClustersAllocatedBeforehand(preallocation: String) async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg(
                "create", "-f", "qcow2", "-o", "preallocation=\(preallocation)", "a.qcow2", "16778752")
            try await shop.qemuIO("a.qcow2", "write -P 7 1M 5k", "write -P 8 16777216 1536")
            // Before anything else reads the file: what is in the page cache is no hole any more.
            var data: Int64 = 0
            let reader = try shop.reader("a.qcow2")
            try reader.forEachDataExtent(in: 0..<reader.size) { data += Int64($0.count) }
            #expect(preallocation == "full" || data < 1 << 20)
            try await shop.expectReadAsByQemu("a.qcow2")
        }
    }

    @Test func readsTheActiveStateBesidesSnapshots() async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "a.qcow2", "4M")
            try await shop.qemuIO("a.qcow2", "write -P 7 0 2M")
            try await shop.qemuImg("snapshot", "-c", "one", "a.qcow2")
            try await shop.qemuIO("a.qcow2", "write -P 8 1M 2M", "write -z 0 64k")
            try await shop.expectReadAsByQemu("a.qcow2")
        }
    }

    @Test func readsAnImageThatWasNotClosed() async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "-o", "lazy_refcounts=on", "a.qcow2", "1M")
            try? await shop.qemuIO("a.qcow2", "write -P 7 0 128k", "flush", "abort")
            #expect(try SourceFile(shop.path("a.qcow2")).bytes(at: 72, count: 8)[7] & 1 == 1)
            let reader = try shop.reader("a.qcow2")
            #expect(try QCOW2Workshop.bytes(of: reader, at: 131_071, 2) == [7, 0])
        }
    }

    @Test(arguments: ["qcow2", "raw"])
    func readsOverlaysThreeDeep(base: String) async throws {
        try await QCOW2Workshop.open { shop in
            try shop.makeRaw("a.raw", size: Self.size, Self.pieces)
            try await shop.qemuImg("convert", "-f", "raw", "-O", base, "a.raw", "base")
            try await shop.qemuImg(
                "create", "-f", "qcow2", "-b", "base", "-F", base, "-o", "cluster_size=4k", "one.qcow2")
            try await shop.qemuIO("one.qcow2", "write -P 1 5000 100000", "write -z 1M 64k")
            try await shop.qemuImg("create", "-f", "qcow2", "-b", "one.qcow2", "-F", "qcow2", "two.qcow2")
            try await shop.qemuIO("two.qcow2", "write -P 2 60000 10000", "write -P 3 5M 1k")
            try await shop.qemuImg(
                "create", "-f", "qcow2", "-b", "two.qcow2", "-F", "qcow2", "-o", "cluster_size=2M", "three.qcow2")
            try await shop.qemuIO("three.qcow2", "write -P 4 3M 1k")
            try await shop.expectReadAsByQemu("three.qcow2")
        }
    }

    @Test(arguments: ["qcow2", "raw"], ["1000448", "3M", "20M"])
    func readsZerosBeyondAShorterBackingFile(base: String, size: String) async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", base, "base", "3000320")
            try await shop.qemuIO("base", "write -P 5 0 3000320", options: ["-f", base])
            try await shop.qemuImg("create", "-f", "qcow2", "-b", "base", "-F", base, "a.qcow2", size)
            try await shop.qemuIO("a.qcow2", "write -P 6 700k 64k")
            try await shop.expectReadAsByQemu("a.qcow2")
        }
    }

    @Test(arguments: ["0", "512", "65024", "66048", "1T"])
    func readsDisksOfAnySize(size: String) async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "a.qcow2", size)
            let reader = try shop.reader("a.qcow2")
            #expect(reader.size == (size == "1T" ? 1 << 40 : Int64(size)))
            if reader.size > 0 {
                try await shop.qemuIO("a.qcow2", "write -P 7 \(reader.size - 512) 512")
                #expect(try QCOW2Workshop.bytes(of: shop.reader("a.qcow2"), at: reader.size - 1, 1) == [7])
            }
            var data: [Range<Int64>] = []
            let again = try shop.reader("a.qcow2")
            try again.forEachDataExtent(in: 0..<again.size) { data.append($0) }
            #expect(data.map(\.upperBound) == (reader.size > 0 ? [reader.size] : []))
        }
    }

    @Test func roundsASizeDownToSectorsAsQemuDoes() async throws {
        try await QCOW2Workshop.open { shop in
            try await shop.qemuImg("create", "-f", "qcow2", "a.qcow2", "1024")
            var bytes = try shop.path("a.qcow2").readBytes()
            bytes.setBig(UInt64(1000), at: 24)
            try shop.path("a.qcow2").write(bytes)
            try await shop.expectReadAsByQemu("a.qcow2")
            #expect(try shop.reader("a.qcow2").size == 512)
        }
    }
}
