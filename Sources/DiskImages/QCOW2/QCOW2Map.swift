internal import SystemPackage

/// A stretch of a disk that one qcow2 image stores in one way.
struct QCOW2Run {
    /// A compressed cluster in the file.
    struct Compressed {
        /// Where its stream begins.
        let offset: Int64
        /// The most that the stream can take; its own end is inside the stream.
        let count: Int
        /// Where the table entry stands that says so.
        let entry: Int64
    }

    /// How it is stored.
    enum Storage {
        /// Not in this image: what the backing file has, or zeros.
        case absent
        /// As a note that it is zero.
        case zeros
        /// As it is, from an offset of the file on.
        case plain(Int64)
        /// Inside one compressed cluster, from a byte of the cluster on.
        case compressed(Compressed, from: Int)
    }

    let storage: Storage
    /// Its length in bytes, at least 1.
    let length: Int64
}

/// Where a qcow2 image stores each cluster of its disk: a table of tables (`qcow2.txt`, "Cluster mapping").
///
/// ```text
/// L1 entry, one for each L2 table            L2 entry, one for each cluster
/// 63 copied  55…9 L2 table's offset          63 copied  62 compressed = 0  55…9 cluster's offset  0 reads as zeros
///    all offset bits 0: all clusters absent     all 0: absent
///                                            62 compressed = 1:  x…61 further sectors  0…x-1 byte offset
///                                               x = 62 - (cluster bits - 8)
/// ```
///
/// Bits that the specification reserves must be 0: what they mean to a newer writer would be guessed.
struct QCOW2Map: Sendable {
    private static let copied = UInt64(1) << 63
    private static let compressed = UInt64(1) << 62
    private static let zero: UInt64 = 1
    private static let offsetBits: UInt64 = 0x00FF_FFFF_FFFF_FE00
    /// The longest piece of a table that is read and kept at once.
    private static let longestPiece = 64 << 10
    /// Pieces kept: with clusters of 64 KiB those for 8 GiB of disk, in 1 MiB of memory.
    private static let piecesKept = 16

    private let file: SourceFile
    private let version: UInt32
    private let clusterBits: Int
    private let clusterSize: Int64
    private let size: Int64
    private let l1: Range<Int64>
    private let l2Coverage: Int64
    private let cache: QCOW2TableCache

    init(_ header: QCOW2Header, of file: SourceFile) {
        self.file = file
        version = header.version
        clusterBits = header.clusterBits
        clusterSize = Int64(header.clusterSize)
        size = header.size
        l1 = header.l1Offset..<header.l1Offset + Int64(header.l1Count) * 8
        l2Coverage = header.l2Coverage
        cache = QCOW2TableCache(file, capacity: Self.piecesKept)
    }

    /// The stretch that begins at `offset`, at most `limit` bytes of it; both lie inside the disk. It ends at the latest
    /// where the piece of the table ends that is in memory.
    func run(at offset: Int64, limit: Int64) throws -> QCOW2Run {
        let (table, absent) = try l2Table(for: offset)
        guard let table else { return QCOW2Run(storage: .absent, length: min(absent, limit)) }
        let index = (offset % l2Coverage) >> clusterBits
        let perPiece = Int64(pieceLength / 8)
        let start = index / perPiece * perPiece
        let words = try cache.words(at: table + start * 8, count: Int(perPiece))
        let inside = offset & (clusterSize - 1)
        let last = min(perPiece - 1, index - start + (inside + limit - 1) >> clusterBits)
        let entries = Entries(words: words[Int(index - start)...Int(last)], offset: table + index * 8)
        let (storage, count) = try classify(entries, table: table, inside: inside, needed: min(limit, size - offset))
        return QCOW2Run(storage: storage, length: min(Int64(count) << clusterBits - inside, limit))
    }

    /// Entries of an L2 table, and where the first one stands in the file.
    private struct Entries {
        let words: ArraySlice<UInt64>
        let offset: Int64
        var first: UInt64 { words[words.startIndex] }

        /// The number of entries, from the first on, for which `body` holds; it gets their distance from the first.
        func count(while body: (UInt64, Int) -> Bool) -> Int {
            var count = 0
            while count < words.count, body(words[words.startIndex + count], count) { count += 1 }
            return max(1, count)
        }
    }

    private var pieceLength: Int { min(Int(clusterSize), Self.longestPiece) }

    /// The offset of the L2 table for a disk offset; nil, with the length of disk that has none, if there is none.
    private func l2Table(for offset: Int64) throws -> (table: Int64?, absent: Int64) {
        let index = offset / l2Coverage
        let perPiece = Int64(pieceLength / 8)
        let start = index / perPiece * perPiece
        let piece = l1.lowerBound + start * 8
        let words = try cache.words(at: piece, count: Int(min(perPiece, (l1.upperBound - piece) / 8)))
        let word = words[Int(index - start)]
        guard word & ~Self.copied != 0 else {
            let empty = words[Int(index - start)...].prefix { $0 & ~Self.copied == 0 }.count
            return (nil, l2Coverage - offset % l2Coverage + Int64(empty - 1) * l2Coverage)
        }
        let entry = l1.lowerBound + index * 8
        let table = Int64(word & Self.offsetBits)
        try check(word, reserved: ~(Self.offsetBits | Self.copied), at: entry, "the L1 entry")
        guard table > 0, table % clusterSize == 0 else {
            throw error(.corrupt, entry, "the L2 table's offset \(table) is no multiple of the cluster size")
        }
        guard table + clusterSize <= file.size else {
            throw error(
                .truncated, entry, "the L2 table at \(table) ends outside the file, which has \(file.size) bytes")
        }
        guard !(table..<table + clusterSize).overlaps(l1) else {
            throw error(.corrupt, entry, "the L2 table at \(table) overlaps the L1 table")
        }
        return (table, 0)
    }

    /// How the first of `entries` is stored, and how many of them go on like it.
    ///
    /// `needed` bytes from `inside` the first cluster on are wanted; the file may end before the rest of the last cluster.
    private func classify(
        _ entries: Entries, table: Int64, inside: Int64, needed: Int64
    ) throws -> (QCOW2Run.Storage, count: Int) {
        let word = entries.first & ~Self.copied
        if word & Self.compressed != 0 {
            return (.compressed(try compressed(word, at: entries.offset), from: Int(inside)), 1)
        }
        try check(word, reserved: ~(Self.offsetBits | Self.zero), at: entries.offset, "the L2 entry")
        let host = Int64(word & Self.offsetBits)
        guard host % clusterSize == 0 else {
            throw error(.corrupt, entries.offset, "the cluster's offset \(host) is no multiple of the cluster size")
        }
        if word & Self.zero != 0 {
            guard version > 2 else {
                throw error(.corrupt, entries.offset, "the L2 entry has the zero flag, which version 2 does not know")
            }
            let reserved = ~(Self.offsetBits | Self.zero | Self.copied)
            let unaligned = UInt64(clusterSize - 1) & Self.offsetBits
            return (.zeros, entries.count { word, _ in word & Self.zero != 0 && word & (reserved | unaligned) == 0 })
        }
        guard host > 0 else { return (.absent, entries.count { word, _ in word & ~Self.copied == 0 }) }
        return try plain(from: host, entries, table: table, inside: inside, needed: needed)
    }

    /// A run of clusters that follow each other in the file as they do on the disk.
    private func plain(
        from host: Int64, _ entries: Entries, table: Int64, inside: Int64, needed: Int64
    ) throws -> (QCOW2Run.Storage, count: Int) {
        var end = file.size
        for other in [table..<table + clusterSize, l1] where !other.isEmpty {
            guard !(host..<host + clusterSize).overlaps(other) else {
                throw error(.corrupt, entries.offset, "the cluster at \(host) overlaps a table of the image itself")
            }
            if other.lowerBound > host { end = min(end, other.lowerBound) }
        }
        guard host + min(clusterSize, inside + needed) <= file.size else {
            throw error(
                .truncated, entries.offset,
                "the cluster at \(host) ends outside the file, which has \(file.size) bytes")
        }
        let count = entries.count { word, distance in
            let next = host + Int64(distance) << clusterBits
            return word & ~Self.copied == UInt64(next)
                && min(next + clusterSize, host + inside + needed) <= end
        }
        return (.plain(host + inside), count)
    }

    private func compressed(_ word: UInt64, at entry: Int64) throws -> QCOW2Run.Compressed {
        let offsetWidth = 62 - (clusterBits - 8)
        let offset = word & (1 << offsetWidth - 1)
        let sectors = (word & ~Self.compressed) >> offsetWidth + 1
        let sector = UInt64(DiskGeometry.sector)
        guard offset < UInt64(file.size) else {
            throw error(
                .truncated, entry,
                "the compressed cluster at \(offset) is outside the file, which has \(file.size) bytes")
        }
        let count = min(sectors * sector - offset % sector, UInt64(file.size) - offset)
        return QCOW2Run.Compressed(offset: Int64(offset), count: Int(count), entry: entry)
    }

    private func check(_ word: UInt64, reserved: UInt64, at entry: Int64, _ what: String) throws {
        guard word & reserved == 0 else {
            throw error(
                .corrupt, entry,
                "\(what) 0x\(String(word, radix: 16)) has bits set that must be 0: 0x\(String(word & reserved, radix: 16))"
            )
        }
    }

    private func error(_ kind: ImageError.Kind, _ offset: Int64, _ reason: String) -> ImageError {
        ImageError(kind, file.path, at: offset, reason)
    }
}
