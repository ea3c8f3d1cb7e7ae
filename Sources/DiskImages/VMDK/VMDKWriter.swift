internal import SystemPackage

/// Writes a stream-optimized VMDK as the specification has it, which can be read from a pipe: each grain table follows its
/// grains, the grain directory and a footer come last.
///
/// ```text
/// sector 0    header: the grain directory is at the end
/// sector 1    descriptor, 20 sectors
/// sector 128  512 grains at most: | LBA, length, zlib stream | …
///             marker | grain table
///             …
///             marker | grain directory
///             marker | footer
///             end of stream
/// ```
///
/// Grains of zeros, and tables of nothing else, are left out. The header and the descriptor are written last, since the
/// content's identity is in them.
package final class VMDKWriter: ImageWriter {
    /// The largest disk that is written, VMware's own limit: 62 TiB.
    package static let largestDisk = Int64(62) << 40

    package let encoding: UnitEncoding
    /// The bytes of the VMDK; right once ``finish(_:)`` has returned.
    package private(set) var length: Int64 = 0

    private let file: OutputFile
    private let start: Int64
    private let size: Int64
    private let extentName: String
    private let output: StreamBuffer
    /// A sector for each 512 grains, 0 if they are all zeros: 128 KiB for each TiB of disk.
    private var directory: [UInt32]
    private var table = [UInt32](repeating: 0, count: VMDKHeader.entriesPerTable)
    /// The number of the table that is being filled; nil if it holds nothing yet.
    private var openTable: Int64?

    private static let overhead = 128
    private static let sector = Int64(DiskGeometry.sector)

    /// A writer into a file from `start` on, where nothing else may stand behind.
    ///
    /// - Parameters:
    ///   - size: The disk's size in bytes, a whole number of sectors.
    ///   - extentName: What the VMDK calls itself in its descriptor: its file's name in the end.
    /// - Throws: ``ImageError`` of kind `unsupported` if the disk is too large for the format.
    package init(
        _ file: OutputFile, at start: Int64 = 0, size: Int64, extentName: String, encoding: UnitEncoding = .defaultZlib
    ) throws {
        guard size <= Self.largestDisk else {
            throw ImageError(.unsupported, file.path, "a VMDK holds at most 62 TiB, and the disk has \(size) bytes")
        }
        self.file = file
        self.start = start
        self.size = size
        self.extentName = String(
            extentName.unicodeScalars.prefix(200).map { 0x20..<0x7F ~= $0.value && $0 != "\"" ? Character($0) : "_" })
        self.encoding = encoding
        output = StreamBuffer(file, at: start + Int64(Self.overhead) * Self.sector)
        let tables = size.dividedRoundingUp(by: Int64(DiskGeometry.unit * VMDKHeader.entriesPerTable))
        directory = [UInt32](repeating: 0, count: Int(tables))
    }

    package func append(_ chunk: borrowing EncodedChunk) throws {
        for unit in chunk.units {
            try chunk.withBytes(of: unit) { bytes in
                if unit.isCompressed {
                    try append(unit.index, bytes)
                } else {
                    try StoredZlib.stream(of: bytes).withUnsafeBytes { try append(unit.index, $0) }
                }
            }
        }
    }

    package func finish(_ identity: DiskIdentity) throws {
        try closeTable()
        let directorySector = try appendTable(directory, .grainDirectory)
        var header = VMDKHeader(
            streamOptimized: size, descriptorSectors: VMDKDescriptor.sectors, overhead: Self.overhead)
        let front = header.bytes
        header.directorySector = UInt64(directorySector)
        try output.append(VMDKMarker.bytes(.footer, sectors: 1))
        try output.append(header.bytes)
        try output.append(VMDKMarker.bytes(.endOfStream, sectors: 0))
        try output.flush()
        length = output.position - start
        let descriptor = VMDKDescriptor.streamOptimized(size: size, cid: identity.cid, extentName: extentName)
        try file.write(front + descriptor, at: start)
    }

    private func append(_ index: Int64, _ stream: UnsafeRawBufferPointer) throws {
        let number = index / Int64(VMDKHeader.entriesPerTable)
        if let openTable, openTable != number { try closeTable() }
        openTable = number
        table[Int(index % Int64(VMDKHeader.entriesPerTable))] = try currentSector()
        let address = UInt64(index) * UInt64(DiskGeometry.unit / DiskGeometry.sector)
        try withUnsafeBytes(of: address.littleEndian) { try output.append($0) }
        try withUnsafeBytes(of: UInt32(stream.count).littleEndian) { try output.append($0) }
        try output.append(stream)
        try padToSector()
    }

    private func closeTable() throws {
        guard let openTable else { return }
        directory[Int(openTable)] = try appendTable(table, .grainTable)
        table = [UInt32](repeating: 0, count: VMDKHeader.entriesPerTable)
        self.openTable = nil
    }

    /// Appends a marker and a table.
    ///
    /// - Returns: The table's sector.
    private func appendTable(_ entries: [UInt32], _ kind: VMDKMarker.Kind) throws -> UInt32 {
        let bytes = entries.count * MemoryLayout<UInt32>.size
        try output.append(VMDKMarker.bytes(kind, sectors: bytes.dividedRoundingUp(by: DiskGeometry.sector)))
        let sector = try currentSector()
        try output.append(entries)
        try padToSector()
        return sector
    }

    private func padToSector() throws {
        let used = Int((output.position - start) % Self.sector)
        if used > 0 { try output.appendZeros(DiskGeometry.sector - used) }
    }

    /// The sector that is written next, counted from the VMDK's start, which tables tell in 32 bits.
    private func currentSector() throws -> UInt32 {
        guard let sector = UInt32(exactly: (output.position - start) / Self.sector) else {
            throw ImageError(
                .unsupported, file.path, "the VMDK would be longer than 2 TiB, the most that its tables reach")
        }
        return sector
    }
}
