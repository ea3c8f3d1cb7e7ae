internal import SystemPackage

/// Writes a qcow2 image of version 3 with clusters of 64 KiB, without backing file, snapshots or zero flags.
///
/// ```text
/// | header | data clusters, compressed ones packed | L2 table | data … | L2 table | refcount blocks and table | L1 table |
///    0        in the order of the disk               as its 512 MiB are passed      the last ones              ends the file
///                                                    a refcount block as 2 GiB of file are passed
/// ```
///
/// Memory is the same for every disk but for the L1 table, 16 KiB for each TiB. The header is written last, so that a file
/// that was not finished is no image.
package final class QCOW2Writer: ImageWriter {
    /// The largest disk: what an L1 table of the size that QEMU allows can map.
    package static let largestDisk = Int64(QCOW2Header.largestL1 / 8) * l2Coverage

    private static let clusterBits = 16
    private static let clusterSize = Int64(DiskGeometry.unit)
    private static let l2Count = DiskGeometry.unit / 8
    private static let l2Coverage = clusterSize * Int64(l2Count)
    private static let copied = UInt64(1) << 63
    private static let compressed = UInt64(1) << 62

    package let encoding: UnitEncoding
    private let file: OutputFile
    private let size: Int64
    private let refcounts: QCOW2Refcounts
    private var packing: QCOW2Packing
    private var l1: [UInt64]
    private var l2 = [UInt64](repeating: 0, count: l2Count)
    /// The L1 entry of the table that is being filled; nil before the first unit of it.
    private var l2Index: Int?

    /// A writer for a disk of `size` bytes, a whole number of sectors.
    ///
    /// - Parameters:
    ///   - file: The file, which is empty.
    ///   - encoding: How clusters are stored: `plain`, `zstd` or `deflate`; qcow2 has no zlib streams.
    /// - Throws: ``ImageError`` for a disk that is too large for the format, or an encoding that it does not have.
    package init(to file: OutputFile, size: Int64, encoding: UnitEncoding) throws {
        if case .zlib = encoding {
            throw ImageError(.unsupported, file.path, "qcow2 stores bare deflate streams, and none in zlib's frame")
        }
        precondition(size >= 0 && size % Int64(DiskGeometry.sector) == 0)
        guard size <= Self.largestDisk else {
            throw ImageError(
                .unsupported, file.path,
                "a disk of \(size) bytes is too large for qcow2, which takes \(Self.largestDisk)")
        }
        self.file = file
        self.size = size
        self.encoding = encoding
        l1 = [UInt64](repeating: 0, count: Int(size.dividedRoundingUp(by: Self.l2Coverage)))
        refcounts = QCOW2Refcounts(for: file)
        packing = QCOW2Packing(refcounts, alignment: encoding.isDeflate ? 2 : 1)
        let header = try packing.placeCluster()
        assert(header == 0)
    }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        var pending: (unit: EncodedChunk.Unit, offset: Int64)?
        for unit in chunk.units {
            try selectL2(for: unit.index)
            let offset = unit.isCompressed ? try packing.placeStream(unit.range.count) : try packing.placeCluster()
            l2[Int(unit.index % Int64(Self.l2Count))] =
                unit.isCompressed
                ? Self.descriptor(offset, unit.range.count) : UInt64(offset) | Self.copied
            if let last = pending, last.unit.range.upperBound == unit.range.lowerBound,
                last.offset + Int64(last.unit.range.count) == offset
            {
                pending = (last.unit.joined(with: unit), last.offset)
            } else {
                if let last = pending { try write(last.unit, of: chunk, at: last.offset) }
                pending = (unit, offset)
            }
        }
        if let last = pending { try write(last.unit, of: chunk, at: last.offset) }
    }

    package func finish(_ identity: DiskIdentity) throws {
        try flushL2()
        let l1Bytes = Int64(l1.count) * 8
        let (table, l1Cluster) = try refcounts.finish(more: l1Bytes.dividedRoundingUp(by: Self.clusterSize))
        let l1Offset = l1Cluster * Self.clusterSize
        try file.write(bigEndianBytes(l1), at: l1Offset)
        // VirtualBox reads the table by whole clusters.
        try file.setSize((l1Offset + l1Bytes).roundedUp(to: Self.clusterSize))
        try file.write(header(refcounts: table, l1Offset: l1Offset), at: 0)
    }

    private func write(_ unit: EncodedChunk.Unit, of chunk: borrowing EncodedChunk, at offset: Int64) throws {
        try chunk.withBytes(of: unit) { try file.write($0, at: offset) }
    }

    /// Makes the L2 table current that maps a unit; the one before is complete.
    private func selectL2(for unit: Int64) throws {
        let index = Int(unit / Int64(Self.l2Count))
        guard index != l2Index else { return }
        try flushL2()
        l2Index = index
    }

    private func flushL2() throws {
        guard let index = l2Index else { return }
        let offset = try packing.placeCluster()
        try file.write(bigEndianBytes(l2), at: offset)
        l1[index] = UInt64(offset) | Self.copied
        for entry in l2.indices { l2[entry] = 0 }
        l2Index = nil
    }

    /// The L2 entry of a compressed cluster: the stream's offset, and the sectors it touches beyond the first.
    private static func descriptor(_ offset: Int64, _ count: Int) -> UInt64 {
        let sector = Int64(DiskGeometry.sector)
        let further = (offset + Int64(count) - 1) / sector - offset / sector
        return compressed | UInt64(further) << (62 - (clusterBits - 8)) | UInt64(offset)
    }

    /// The header's 112 bytes (``QCOW2Header``); zeros after them end the list of extensions.
    private func header(refcounts: QCOW2Refcounts.Table, l1Offset: Int64) -> [UInt8] {
        let isZstd = if case .zstd = encoding { true } else { false }
        var bytes = [UInt8](repeating: 0, count: 112)
        bytes.setBig(QCOW2Header.magic, at: 0)
        bytes.setBig(UInt32(3), at: 4)
        bytes.setBig(UInt32(Self.clusterBits), at: 20)
        bytes.setBig(UInt64(size), at: 24)
        bytes.setBig(UInt32(l1.count), at: 36)
        bytes.setBig(UInt64(l1Offset), at: 40)
        bytes.setBig(UInt64(refcounts.offset), at: 48)
        bytes.setBig(UInt32(refcounts.clusters), at: 56)
        bytes.setBig(isZstd ? QCOW2Header.Incompatible.compressionType : 0, at: 72)
        bytes.setBig(UInt32(4), at: 96)
        bytes.setBig(UInt32(112), at: 100)
        bytes[104] = isZstd ? QCOW2Header.Compression.zstd.rawValue : QCOW2Header.Compression.zlib.rawValue
        return bytes
    }
}

extension UnitEncoding {
    fileprivate var isDeflate: Bool { if case .deflate = self { true } else { false } }
}
