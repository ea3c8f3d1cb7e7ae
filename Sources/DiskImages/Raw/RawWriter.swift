/// Writes a disk as it is: a file in which what is zero is a hole, or a block device.
package final class RawWriter: ImageWriter {
    private let file: OutputFile
    private let size: Int64
    /// The end of what is written so far; everything before it reads right.
    private var position: Int64 = 0

    /// - Parameter size: The disk's size in bytes.
    package init(_ file: OutputFile, size: Int64) {
        self.file = file
        self.size = size
    }

    package var encoding: UnitEncoding { .plain }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        for unit in chunk.units {
            let offset = unit.index * Int64(DiskGeometry.unit)
            try file.zero(position..<offset)
            try chunk.withBytes(of: unit) { bytes in
                let count = min(bytes.count, Int(size - offset))
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: offset)
                position = offset + Int64(count)
            }
        }
    }

    package func finish(_ identity: DiskIdentity) throws {
        try file.zero(position..<size)
        try file.setSize(size)
    }
}
