/// Hands out the clusters of a new qcow2 file in order, and counts the references to each (`qcow2.txt`, "Host cluster
/// management").
///
/// ```text
/// refcount table: u64 offset of each block     refcount block: 32768 × u16, one for each cluster of 2 GiB of file
/// ```
///
/// Only the block of the 2 GiB at the file's end is in memory: when the file grows beyond them it is written, as the
/// first cluster of what follows, and their counts are final.
final class QCOW2Refcounts {
    /// The clusters that one block counts.
    static let clustersPerBlock = Int64(DiskGeometry.unit / 2)

    /// Where the table stands and how long it is.
    struct Table {
        let offset: Int64
        let clusters: Int64
    }

    private static let clusterSize = Int64(DiskGeometry.unit)

    private let file: OutputFile
    private var block = [UInt16](repeating: 0, count: Int(clustersPerBlock))
    /// The blocks that are written.
    private var written: [UInt64] = []
    /// The first cluster that nobody has.
    private(set) var next: Int64 = 0

    /// Counts for `file`, which is empty.
    init(for file: OutputFile) {
        self.file = file
    }

    /// Whether the next cluster begins a stretch of 2 GiB, so that counts before it become final when it is taken.
    var isAtBoundary: Bool { next == firstCounted + Self.clustersPerBlock }

    /// Takes the next cluster, with one reference or none yet.
    func allocate(references: UInt16 = 1) throws -> Int64 {
        if isAtBoundary {
            try write(block, at: next)
            for index in block.indices { block[index] = 0 }
            block[0] = 1
            next += 1
        }
        let cluster = next
        block[Int(cluster - firstCounted)] = references
        next += 1
        return cluster
    }

    /// Counts one more reference to a cluster in the 2 GiB at the file's end.
    func reference(_ cluster: Int64) {
        block[Int(cluster - firstCounted)] += 1
    }

    /// Takes clusters for the last blocks, the table and `more` clusters behind it, and writes blocks and table.
    func finish(more: Int64) throws -> (table: Table, more: Int64) {
        let blocksWritten = Int64(written.count)
        var blocks: Int64 = 0
        var tableClusters: Int64 = 0
        var end = next + more
        repeat {
            blocks = end.dividedRoundingUp(by: Self.clustersPerBlock)
            tableClusters = (blocks * 8).dividedRoundingUp(by: Self.clusterSize)
            end = next + blocks - blocksWritten + tableClusters + more
        } while end > blocks * Self.clustersPerBlock

        let tail = try tailBlocks(upTo: end, count: Int(blocks - blocksWritten))
        for counts in tail {
            try write(counts, at: next)
            next += 1
        }
        let table = Table(offset: next * Self.clusterSize, clusters: tableClusters)
        try file.write(bigEndianBytes(written), at: table.offset)
        next = end
        return (table, end - more)
    }

    /// The blocks that are not written yet, with every cluster from the next one to `end` counted once.
    private func tailBlocks(upTo end: Int64, count: Int) throws -> [[UInt16]] {
        let zeros = [UInt16](repeating: 0, count: Int(Self.clustersPerBlock))
        var blocks = [block] + [[UInt16]](repeating: zeros, count: count - 1)
        for cluster in next..<end {
            let (index, place) = (cluster - firstCounted).quotientAndRemainder(dividingBy: Self.clustersPerBlock)
            blocks[Int(index)][Int(place)] = 1
        }
        return blocks
    }

    /// The first cluster that the block in memory counts.
    private var firstCounted: Int64 { Int64(written.count) * Self.clustersPerBlock }

    private func write(_ counts: [UInt16], at cluster: Int64) throws {
        try file.write(bigEndianBytes(counts), at: cluster * Self.clusterSize)
        written.append(UInt64(cluster * Self.clusterSize))
    }
}

/// The words as big-endian bytes.
func bigEndianBytes<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    let swapped = words.map(\.bigEndian)
    return swapped.withUnsafeBytes { Array($0) }
}
