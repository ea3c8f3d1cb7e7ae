package import SystemPackage

/// A disk that lies in a file or block device as it is.
///
/// A length that is no whole number of sectors is rounded up, and what is missing of the last sector reads as zero.
package struct RawReader: DiskReader {
    private let file: SourceFile

    package let size: Int64

    package var facts: ImageFacts { ImageFacts(format: .raw, layout: "plain bytes") }

    /// - Throws: ``SourceError`` when `path` cannot be opened, ``ImageError`` when it is too long for a disk.
    package init(_ path: FilePath) throws {
        try self.init(file: SourceFile(path))
    }

    /// The disk in an open file.
    package init(file: SourceFile) throws {
        guard file.size <= DiskGeometry.largestDisk else {
            throw ImageError(
                .unsupported, file.path, "\(file.size) bytes are more than the largest disk that is read, 2^53 bytes")
        }
        self.file = file
        size = file.size.roundedUp(to: Int64(DiskGeometry.sector))
    }

    package func extent(at offset: Int64) throws -> Extent {
        guard offset < file.size else { return Extent(.zeros, length: size - offset) }
        let extent = try file.extent(at: offset)
        let reachesTheEnd = offset + extent.length == file.size
        return reachesTheEnd ? Extent(extent.content, length: size - offset) : extent
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        let stored = max(0, min(buffer.count, Int(clamping: file.size - offset)))
        if stored > 0 { try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<stored]), at: offset) }
        if stored < buffer.count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[stored...]).initializeMemory(as: UInt8.self, repeating: 0)
        }
    }
}
