/// The block allocation table of a dynamic VHD: where each block of the disk stands in the file ("Block Allocation Table
/// and Data Blocks").
///
/// ```text
/// entry: the sector where the block begins, or -1 for a block that is all zeros
/// block: | bitmap, a bit per sector, filled up to whole sectors | the block's bytes of the disk |
/// ```
struct VHDBlockTable {
    /// The bytes of the disk in a block.
    let blockSize: Int64
    /// The bytes of a block's bitmap.
    let bitmapSize: Int64
    private let sectors: [UInt32]

    /// The most entries that are read: of blocks of 512 KiB, the smallest in use, as many as the largest disk has.
    private static let mostEntries = Int64(1) << 22
    /// The largest block that is read; that of Microsoft's own programs has 2 MiB.
    private static let largestBlock = UInt32(256) << 20

    /// Reads the table that `header`, which stands at `headerOffset`, leads to.
    ///
    /// - Throws: ``ImageError``, if the table or a block is not inside the file, or two things lie over each other.
    init(_ header: VHDDynamicHeader, at headerOffset: Int64, diskSize: Int64, in file: SourceFile) throws {
        let word = UInt32(DiskGeometry.sector)
        guard header.blockSize >= word, header.blockSize <= Self.largestBlock, header.blockSize.nonzeroBitCount == 1
        else {
            throw ImageError(
                .corrupt, file.path, at: headerOffset + 32,
                "a block has \(header.blockSize) bytes, which is no power of two from 512 to 256 MiB")
        }
        blockSize = Int64(header.blockSize)
        bitmapSize = (blockSize / Int64(DiskGeometry.sector)).dividedRoundingUp(by: 8)
            .roundedUp(to: Int64(DiskGeometry.sector))
        let needed = diskSize.dividedRoundingUp(by: blockSize)
        guard needed <= Int64(header.entries) else {
            throw ImageError(
                .corrupt, file.path, at: headerOffset + 28,
                "the block table has \(header.entries) entries, and the disk has \(needed) blocks")
        }
        guard needed <= Self.mostEntries else {
            throw ImageError(
                .unsupported, file.path, at: headerOffset + 28,
                "the disk has \(needed) blocks, and at most \(Self.mostEntries) are read")
        }
        guard header.table <= UInt64(file.size), needed * 4 <= file.size - Int64(header.table) else {
            throw ImageError(
                .truncated, file.path, at: headerOffset + 16,
                "the block table of \(needed * 4) bytes at byte \(header.table) is not inside the file of \(file.size)")
        }
        let table = Int64(header.table)
        sectors = try Self.words(at: table, count: Int(needed), in: file)
        try checkBlocks(
            diskSize: diskSize, table: table,
            besides: [headerOffset..<headerOffset + 1024, table..<table + needed * 4],
            in: file)
    }

    /// The number of blocks of the disk.
    var count: Int { sectors.count }

    /// Where a block begins with its bitmap; nil if it is all zeros.
    subscript(index: Int) -> Int64? {
        let sector = sectors[index]
        return sector == .max ? nil : Int64(sector) * Int64(DiskGeometry.sector)
    }

    private static func words(at offset: Int64, count: Int, in file: SourceFile) throws -> [UInt32] {
        try [UInt32](unsafeUninitializedCapacity: count) { words, filled in
            try file.read(into: UnsafeMutableRawBufferPointer(words), at: offset)
            for index in 0..<count { words[index] = UInt32(bigEndian: words[index]) }
            filled = count
        }
    }

    /// Checks that each block lies inside the file, after the footer's copy and before the footer, and over nothing else:
    /// so that what is read is never more than what the file has.
    private func checkBlocks(
        diskSize: Int64, table: Int64, besides reserved: [Range<Int64>], in file: SourceFile
    ) throws {
        let sector = Int64(DiskGeometry.sector)
        let allocated = sectors.indices.filter { sectors[$0] != .max }.sorted { sectors[$0] < sectors[$1] }
        var free = sector
        for index in allocated {
            let used = bitmapSize + min(blockSize, diskSize - Int64(index) * blockSize)
            let start = Int64(sectors[index]) * sector
            let place = table + Int64(index) * 4
            guard start + used <= file.size - sector else {
                throw ImageError(
                    .truncated, file.path, at: place,
                    "block \(index) of \(used) bytes at byte \(start) is not inside the file of \(file.size)")
            }
            guard start >= free, !reserved.contains(where: { $0.overlaps(start..<start + used) }) else {
                throw ImageError(
                    .corrupt, file.path, at: place,
                    "block \(index) at byte \(start) lies over another block, the table or a header")
            }
            free = start + used
        }
    }
}
