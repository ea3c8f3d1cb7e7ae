internal import DiskImages

/// A stretch of a disk's data that is searched at once.
struct ScanWindow: Sendable {
    /// The most bytes of one.
    static let size = Int64(1 << 20)
    /// What is read before a window, to see where words begin.
    static let lead = 64
    /// What is read behind it: the longest secret that is found across its end.
    static let tail = 8 << 10

    /// The bytes in which matches begin.
    let range: Range<Int64>
    /// The bytes that are read for it.
    let read: Range<Int64>

    /// The windows of a disk, in order; what is stored nowhere has none.
    static func all(of disk: any DiskReader) throws -> [ScanWindow] {
        var windows: [ScanWindow] = []
        try disk.forEachDataExtent(in: 0..<disk.size) { extent in
            for start in stride(from: extent.lowerBound, to: extent.upperBound, by: Int64.Stride(size)) {
                let range = start..<min(start + size, extent.upperBound)
                let read = range.lowerBound - Int64(lead)..<range.upperBound + Int64(tail)
                windows.append(ScanWindow(range: range, read: read.clamped(to: extent)))
            }
        }
        return windows
    }
}
