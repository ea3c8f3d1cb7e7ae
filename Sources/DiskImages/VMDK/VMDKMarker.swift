/// What precedes grains and tables in a stream-optimized VMDK.
///
/// ```text
/// a grain:   | LBA, 8 bytes | bytes, 4 | a zlib stream …                 | zeros to the next sector |
/// the rest:  | sectors, 8   | 0, 4     | type, 4 | zeros to 512 | as many sectors of table or footer   |
/// ```
///
/// All words are little-endian. "Virtual Disk Format 5.0", section "Stream-Optimized Compressed Sparse Extents".
enum VMDKMarker {
    /// What follows a marker that is no grain's.
    enum Kind: UInt32 {
        case endOfStream, grainTable, grainDirectory, footer
    }

    /// The bytes before a grain's stream.
    static let grainPrefix = 12

    /// The 512 bytes of a marker that is no grain's.
    static func bytes(_ kind: Kind, sectors: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: DiskGeometry.sector)
        bytes.setLittle(UInt64(sectors), at: 0)
        bytes.setLittle(kind.rawValue, at: 12)
        return bytes
    }

    /// Requires the marker at `offset` to be one of a kind.
    static func require(_ kind: Kind, sectors: Int, in file: FileRegion, at offset: Int64) throws {
        let bytes = try file.bytes(at: offset, count: 16)
        let expected = Self.bytes(kind, sectors: sectors).prefix(16)
        guard bytes.elementsEqual(expected) else {
            throw file.error(.corrupt, at: offset, "a marker of type \(kind.rawValue) (\(kind)) is expected here")
        }
    }
}
