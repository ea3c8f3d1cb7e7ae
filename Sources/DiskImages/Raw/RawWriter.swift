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
        var run: EncodedChunk.Unit?
        for next in chunk.units {
            if let before = run, before.reaches(next) {
                run = before.joined(with: next)
            } else {
                if let run { try write(run, of: chunk) }
                run = next
            }
        }
        if let run { try write(run, of: chunk) }
    }

    /// Writes units that stand beside each other on the disk and in the chunk, in as few calls as their zeros allow: the
    /// fewer there are, the larger the pieces in which the kernel keeps them.
    private func write(_ run: EncodedChunk.Unit, of chunk: borrowing EncodedChunk) throws {
        let offset = run.index * Int64(DiskGeometry.unit)
        try chunk.withBytes(of: run) { bytes in
            let bytes = UnsafeRawBufferPointer(rebasing: bytes[..<Int(min(Int64(bytes.count), size - offset))])
            try bytes.forEachStretch(inBlocksOf: Self.block) { stretch in
                let start = offset + Int64(stretch.lowerBound)
                try file.zero(position..<start)
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[stretch]), at: start)
                position = offset + Int64(stretch.upperBound)
            }
        }
    }

    /// The size of a hole: what file systems give at the least.
    private static let block = 4096

    package func finish(_ identity: DiskIdentity) throws {
        try file.zero(position..<size)
        try file.setSize(size)
    }
}

extension EncodedChunk.Unit {
    /// Whether another plain unit follows this run of them, on the disk and in the chunk.
    fileprivate func reaches(_ next: Self) -> Bool {
        next.range.lowerBound == range.upperBound && next.index == index + Int64(range.count / DiskGeometry.unit)
    }
}

extension UnsafeRawBufferPointer {
    /// Calls `body` with each stretch of blocks that hold something, in ascending order; the last block may be short.
    fileprivate func forEachStretch(inBlocksOf size: Int, _ body: (Range<Int>) throws -> Void) rethrows {
        var start: Int?
        for offset in stride(from: 0, to: count, by: size) {
            let isHole = UnsafeRawBufferPointer(rebasing: self[offset..<Swift.min(offset + size, count)]).isAllZeros
            if isHole, let begin = start {
                try body(begin..<offset)
                start = nil
            } else if !isHole, start == nil {
                start = offset
            }
        }
        if let start { try body(start..<count) }
    }
}
