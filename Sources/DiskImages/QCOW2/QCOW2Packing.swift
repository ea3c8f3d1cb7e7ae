/// Finds places for compressed clusters in a new qcow2 file so that little of it stays empty.
///
/// ```text
/// cluster:  |   7          |   8          |   9          |  10      …
///           | aaaabbbbbbbb | bbbccc------ | plain        | dddddd → tail
///                                  └ gap: taken by the next stream that fits
/// ```
///
/// A stream goes to the smallest gap that holds it, else to the tail, which may reach into one more cluster. A tail that
/// something else was put behind becomes a gap. Gaps are kept for as long as their cluster's reference count can change.
struct QCOW2Packing {
    private static let clusterSize = Int64(DiskGeometry.unit)
    /// The most gaps that are remembered; the smallest is given up.
    private static let gapsKept = 64

    /// 2 where offsets must be even: libqcow from 2026 on takes bit 0 of a compressed descriptor for the zero flag.
    private let alignment: Int64
    private let refcounts: QCOW2Refcounts
    private var gaps: [Range<Int64>] = []
    private var tail: Range<Int64> = 0..<0

    /// Packs into clusters of `refcounts`.
    init(_ refcounts: QCOW2Refcounts, alignment: Int64) {
        self.refcounts = refcounts
        self.alignment = alignment
    }

    /// Takes a whole cluster for something that must be aligned, and gives its offset.
    mutating func placeCluster() throws -> Int64 {
        try allocate(references: 1) * Self.clusterSize
    }

    /// The offset for a stream of `count` bytes, which is less than a cluster; the clusters it touches are counted.
    mutating func placeStream(_ count: Int) throws -> Int64 {
        let count = Int64(count)
        let offset: Int64
        if let index = smallestGap(for: count) {
            offset = gaps[index].lowerBound
            gaps[index] = rest(of: gaps[index], after: count)
            if gaps[index].isEmpty { gaps.remove(at: index) }
        } else {
            if tail.isEmpty || count > tail.count && refcounts.isAtBoundary || !isTailLast {
                let start = try allocate(references: 0) * Self.clusterSize
                tail = start..<start + Self.clusterSize
            } else if count > tail.count {
                _ = try refcounts.allocate(references: 0)
                tail = tail.lowerBound..<tail.upperBound + Self.clusterSize
            }
            offset = tail.lowerBound
            tail = rest(of: tail, after: count)
        }
        for cluster in offset / Self.clusterSize...(offset + count - 1) / Self.clusterSize {
            refcounts.reference(cluster)
        }
        return offset
    }

    /// Whether the tail ends where the file does.
    private var isTailLast: Bool { tail.upperBound == refcounts.next * Self.clusterSize }

    /// Takes the next cluster; what was the tail is a gap from now on.
    private mutating func allocate(references: UInt16) throws -> Int64 {
        if refcounts.isAtBoundary {
            gaps = []
        } else if !tail.isEmpty {
            gaps.append(tail)
            if gaps.count > Self.gapsKept, let least = gaps.indices.min(by: { gaps[$0].count < gaps[$1].count }) {
                gaps.remove(at: least)
            }
        }
        tail = 0..<0
        return try refcounts.allocate(references: references)
    }

    private func smallestGap(for count: Int64) -> Int? {
        gaps.indices.filter { gaps[$0].count >= count }.min { gaps[$0].count < gaps[$1].count }
    }

    /// What is left of a range when `count` bytes of it are taken, from an aligned offset on.
    private func rest(of range: Range<Int64>, after count: Int64) -> Range<Int64> {
        min((range.lowerBound + count).roundedUp(to: alignment), range.upperBound)..<range.upperBound
    }
}
