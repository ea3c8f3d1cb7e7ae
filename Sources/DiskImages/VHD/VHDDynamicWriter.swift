/// Writes a dynamic VHD.
///
/// ```text
///    0  copy of the footer            block: | bitmap, 512 bytes | 2 MiB of the disk |
///  512  dynamic disk header           bitmap: a bit per sector, the first one the highest of its byte,
/// 1536  block allocation table                set where something was written
///  ...  blocks, ascending             table:  the sector where the block begins, or -1 for one that is all zeros
///  end  footer
/// ```
///
/// The table has exactly as many entries as the disk has blocks, as Azure wants it. In memory it takes 4 bytes for 2 MiB
/// of the disk, 4 MiB for the largest.
package final class VHDDynamicWriter: ImageWriter {
    private static let table = Int64(VHDFooter.size + VHDDynamicHeader.size)
    private static let blockSize = Int64(DiskGeometry.chunk)
    private static let bitmapSize = DiskGeometry.chunk / DiskGeometry.sector / 8
    private static let sectorsPerUnit = DiskGeometry.unit / DiskGeometry.sector

    private let file: OutputFile
    private let size: Int64
    /// The block allocation table, in the order of bytes of the file.
    private var blocks: [UInt32]
    /// Where the next block, or the footer, goes.
    private var end: Int64
    /// The index of the block that is being written, which is the last one before `end`.
    private var current: Int64?
    /// Its bitmap.
    private var bitmap = [UInt8](repeating: 0, count: bitmapSize)

    /// - Parameter size: The disk's size in bytes.
    /// - Throws: ``ImageError``, if the disk is too large for a VHD.
    package init(_ file: OutputFile, size: Int64) throws {
        try VHD.checkFits(size, in: file.path)
        self.file = file
        self.size = size
        blocks = [UInt32](repeating: .max, count: Int(size.dividedRoundingUp(by: Self.blockSize)))
        end = (Self.table + Int64(blocks.count) * 4).roundedUp(to: Int64(DiskGeometry.sector))
    }

    package var encoding: UnitEncoding { .plain }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        for unit in chunk.units {
            let (block, place) = unit.index.quotientAndRemainder(dividingBy: Int64(DiskGeometry.unitsPerChunk))
            if block != current { try begin(block) }
            let data = end - Self.blockSize + place * Int64(DiskGeometry.unit)
            try chunk.withBytes(of: unit) { bytes in
                let count = min(bytes.count, Int(size - unit.index * Int64(DiskGeometry.unit)))
                try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: data)
                mark(count / DiskGeometry.sector, from: Int(place) * Self.sectorsPerUnit)
            }
        }
    }

    package func finish(_ identity: DiskIdentity) throws {
        try writeBitmap()
        let footer = VHDFooter(
            kind: .dynamic, diskSize: UInt64(size), header: UInt64(VHDFooter.size),
            uuid: identity.uuid(for: "vhd dynamic")
        ).bytes
        let header = VHDDynamicHeader(
            table: UInt64(Self.table), entries: UInt32(blocks.count), blockSize: UInt32(Self.blockSize)
        ).bytes
        let unused = blocks.count.roundedUp(to: DiskGeometry.sector / 4) - blocks.count
        blocks += [UInt32](repeating: .max, count: unused)
        try file.write(footer + header, at: 0)
        try blocks.withUnsafeBytes { try file.write($0, at: Self.table) }
        try file.setSize(end)
        try file.write(footer, at: end)
    }

    private func begin(_ block: Int64) throws {
        try writeBitmap()
        current = block
        blocks[Int(block)] = UInt32(end / Int64(DiskGeometry.sector)).bigEndian
        end += Int64(Self.bitmapSize) + Self.blockSize
    }

    /// Sets the bits of sectors of the current block.
    private func mark(_ count: Int, from first: Int) {
        for sector in first..<first + count { bitmap[sector / 8] |= 0x80 >> UInt8(sector % 8) }
    }

    /// Writes the bitmap of the current block, if there is one, and clears it for the next.
    private func writeBitmap() throws {
        guard current != nil else { return }
        try file.write(bitmap, at: end - Self.blockSize - Int64(Self.bitmapSize))
        for index in bitmap.indices { bitmap[index] = 0 }
    }
}
