internal import Synchronization

/// Where the grains of a sparse VMDK stand: a directory of tables, of which the last used are kept.
///
/// ```text
/// directory: | sector of table 0 | sector of table 1 | …    0: all its 512 grains are zeros
/// table:     | sector of grain 0 | sector of grain 1 | …    0: zeros; 1: zeros too, if the header's flag says so
/// ```
///
/// All words have 32 bits. "Virtual Disk Format 5.0", section "Grain Directories and Grain Tables".
final class GrainTables: Sendable {
    /// What a grain-table entry says.
    enum Grain: Equatable {
        case zeros
        case stored(sector: UInt32)
    }

    /// The longest directory that is read: a disk of 128 TiB in grains of 64 KiB.
    static let directoryLimit = 1 << 22
    private static let entriesPerTable = Int64(VMDKHeader.entriesPerTable)
    private static let tableBytes = VMDKHeader.entriesPerTable * MemoryLayout<UInt32>.size
    private static let cachedTables = 512

    private let file: FileRegion
    private let header: VMDKHeader
    private let directory: [UInt32]
    private let grains: Int64
    /// Tables by their number modulo the cache's size.
    private let cache = Mutex<[(number: Int64, table: [UInt32])?]>(Array(repeating: nil, count: cachedTables))

    /// Reads the directory that a header or footer at `headerOffset` names.
    init(of file: FileRegion, _ header: VMDKHeader, at headerOffset: Int64) throws {
        self.file = file
        self.header = header
        grains = Int64(header.capacity.dividedRoundingUp(by: header.grainSectors))
        let tables = grains.dividedRoundingUp(by: Self.entriesPerTable)
        guard tables <= Self.directoryLimit else {
            throw file.error(
                .unsupported, at: headerOffset + 12,
                "a grain directory of \(tables) entries; \(Self.directoryLimit) are read"
            )
        }
        let sector = Int64(DiskGeometry.sector)
        let count = Int(tables) * MemoryLayout<UInt32>.size
        guard header.directorySector > 0, header.directorySector <= UInt64(file.size / sector),
            file.holds(Int64(count), at: Int64(header.directorySector) * sector)
        else {
            throw file.error(
                .truncated, at: headerOffset + 56,
                "the grain directory is said to be \(count) bytes at sector \(header.directorySector), which is outside "
                    + "the file")
        }
        let offset = Int64(header.directorySector) * sector
        directory = try file.words(at: offset, count: Int(tables))
        try checkDirectory(at: offset)
    }

    /// Tables lie inside the file, and none over another.
    private func checkDirectory(at offset: Int64) throws {
        let sectorsPerTable = Int64(Self.tableBytes / DiskGeometry.sector)
        for (index, sector) in directory.enumerated() where sector != 0 {
            guard file.holds(Int64(Self.tableBytes), at: Int64(sector) * Int64(DiskGeometry.sector)) else {
                throw file.error(
                    .truncated, at: offset + Int64(index) * 4,
                    "grain table \(index) is said to be at sector \(sector), which is outside the file")
            }
        }
        let sorted = directory.filter { $0 != 0 }.sorted()
        for (first, second) in zip(sorted, sorted.dropFirst()) where Int64(second) - Int64(first) < sectorsPerTable {
            let index = Int64(directory.lastIndex(of: second) ?? 0)
            throw file.error(
                .corrupt, at: offset + index * 4, "the grain tables at the sectors \(first) and \(second) overlap")
        }
    }

    /// Where a grain stands.
    func grain(_ index: Int64) throws -> Grain {
        let number = index / Self.entriesPerTable
        guard directory[Int(number)] != 0 else { return .zeros }
        return grain(of: try table(number)[Int(index % Self.entriesPerTable)])
    }

    /// The number of grains from `index` on that are all zeros or all stored, as far as is seen without reading another table.
    func run(from index: Int64) throws -> (isStored: Bool, count: Int64) {
        let number = index / Self.entriesPerTable
        let first = Int(index % Self.entriesPerTable)
        guard directory[Int(number)] != 0 else {
            let next = directory[Int(number)...].firstIndex { $0 != 0 } ?? directory.count
            return (false, min(Int64(next) * Self.entriesPerTable, grains) - index)
        }
        let table = try table(number)
        let isStored = grain(of: table[first]) != .zeros
        let end = table[first...].firstIndex { (grain(of: $0) != .zeros) != isStored } ?? table.count
        return (isStored, min(Int64(end - first), grains - index))
    }

    /// Where the grain-table entry of a grain stands in the file, for errors.
    func entryOffset(of index: Int64) -> Int64 {
        Int64(directory[Int(index / Self.entriesPerTable)]) * Int64(DiskGeometry.sector)
            + index % Self.entriesPerTable * 4
    }

    private func grain(of entry: UInt32) -> Grain {
        entry == 0 || entry == 1 && header.flags.contains(.zeroGrains) ? .zeros : .stored(sector: entry)
    }

    private func table(_ number: Int64) throws -> [UInt32] {
        let slot = Int(number % Int64(Self.cachedTables))
        if let kept = cache.withLock({ $0[slot] }), kept.number == number { return kept.table }
        let offset = Int64(directory[Int(number)]) * Int64(DiskGeometry.sector)
        let table: [UInt32] = try file.words(at: offset, count: VMDKHeader.entriesPerTable)
        try checkTable(table, at: offset)
        cache.withLock { $0[slot] = (number, table) }
        return table
    }

    /// No grain of a table stands over another. Compressed grains say themselves which they are.
    private func checkTable(_ table: [UInt32], at offset: Int64) throws {
        guard !header.flags.contains(.compressed) else { return }
        let sorted = table.filter { grain(of: $0) != .zeros }.sorted()
        for (first, second) in zip(sorted, sorted.dropFirst())
        where UInt64(second) - UInt64(first) < header.grainSectors {
            let index = Int64(table.lastIndex(of: second) ?? 0)
            throw file.error(
                .corrupt, at: offset + index * 4, "the grains at the sectors \(first) and \(second) overlap")
        }
    }
}

extension FileRegion {
    /// `count` little-endian words of 32 bits.
    fileprivate func words(at offset: Int64, count: Int) throws -> [UInt32] {
        var words = try [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            filled = count
        }
        if UInt32(1).littleEndian != 1 { words = words.map(\.byteSwapped) }
        return words
    }
}
