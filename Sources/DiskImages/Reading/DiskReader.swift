/// The disk inside an image file: its size, where its data lies, and its bytes.
///
/// A reader may be used from several threads at once. It holds its files open, and closes them when it goes.
package protocol DiskReader: Sendable {
    /// The size of the disk in bytes, a whole number of sectors.
    var size: Int64 { get }

    /// How the image stores its disk, for people.
    var facts: ImageFacts { get }

    /// The disk that this one is an overlay of; nil for most.
    var backing: (any DiskReader)? { get }

    /// The stretch that begins at `offset`, which is inside the disk. It ends inside the disk, and may end before the
    /// content changes: a reader looks no further than is cheap.
    ///
    /// - Throws: ``ImageError`` when a table of the image is broken, ``SourceError`` when the file cannot be read.
    func extent(at offset: Int64) throws -> Extent

    /// Fills `buffer` with the disk's bytes from `offset` on; both lie inside the disk.
    ///
    /// - Throws: ``ImageError`` when the image is broken there, ``SourceError`` when the file cannot be read.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws
}

extension DiskReader {
    package var backing: (any DiskReader)? { nil }

    /// Calls `body` with each stretch of data between two offsets, neighbours joined, in ascending order.
    package func forEachDataExtent(in range: Range<Int64>, _ body: (Range<Int64>) throws -> Void) throws {
        var open: Range<Int64>?
        var offset = range.lowerBound
        while offset < range.upperBound {
            let extent = try extent(at: offset)
            let end = min(offset + extent.length, range.upperBound)
            switch (extent.content, open) {
            case (.data, let before?): open = before.lowerBound..<end
            case (.data, nil): open = offset..<end
            case (.zeros, let before?):
                try body(before)
                open = nil
            case (.zeros, nil): break
            }
            offset = end
        }
        if let open { try body(open) }
    }
}
