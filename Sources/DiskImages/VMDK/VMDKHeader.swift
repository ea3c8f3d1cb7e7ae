/// The first sector of a sparse VMDK, and its footer, which is the same but for the place of the grain directory.
///
/// ```text
///  0  "KDMV"                     44  grain-table entries per table, 512
///  4  version, 1 to 3            48  sector of the redundant grain directory
///  8  flags                      56  sector of the grain directory; all ones: the footer knows
/// 12  capacity in sectors        64  sectors of header, descriptor and padding
/// 20  sectors of a grain         72  unclean shutdown
/// 28  sector of the descriptor   73  "\n \r\n"
/// 36  sectors of the descriptor  77  compression: 0 none, 1 deflate         79  zeros to 512
/// ```
///
/// All words are little-endian. "Virtual Disk Format 5.0", section "Hosted Sparse Extents" (`SparseExtentHeader`).
struct VMDKHeader: Equatable {
    /// What the flags say.
    struct Flags: OptionSet, Equatable {
        let rawValue: UInt32
        /// The four bytes at 73 are meaningful.
        static let newlineTest = Flags(rawValue: 1)
        /// The redundant grain directory is to be used.
        static let redundantTables = Flags(rawValue: 1 << 1)
        /// A grain-table entry of 1 is a grain of zeros.
        static let zeroGrains = Flags(rawValue: 1 << 2)
        /// Grains are compressed.
        static let compressed = Flags(rawValue: 1 << 16)
        /// Grains and tables are preceded by markers.
        static let markers = Flags(rawValue: 1 << 17)
        /// All that are known.
        static let known: Flags = [.newlineTest, .redundantTables, .zeroGrains, .compressed, .markers]
    }

    /// The first four bytes.
    static let magic = Array("KDMV".utf8)
    /// The grain directory's place in a header whose footer knows it.
    static let directoryAtEnd = UInt64.max
    /// The entries of a grain table; the specification knows no other count.
    static let entriesPerTable = 512
    /// A header's length.
    static let byteCount = DiskGeometry.sector
    private static let newlines = Array("\n \r\n".utf8)

    /// The version of the layout.
    var version: UInt32
    /// The flags.
    var flags: Flags
    /// The disk's size in sectors.
    var capacity: UInt64
    /// The sectors of a grain.
    var grainSectors: UInt64
    /// The descriptor's first sector.
    var descriptorSector: UInt64
    /// The descriptor's sectors; 0 if the file has none.
    var descriptorSectors: UInt64
    /// The grain directory's first sector.
    var directorySector: UInt64
    /// The sectors before the first grain.
    var overhead: UInt64

    /// The header of a stream-optimized disk of `size` bytes, as far as it is known before the disk is written.
    init(streamOptimized size: Int64, descriptorSectors: Int, overhead: Int) {
        version = 3
        flags = [.newlineTest, .compressed, .markers]
        capacity = UInt64(size / Int64(DiskGeometry.sector))
        grainSectors = UInt64(DiskGeometry.unit / DiskGeometry.sector)
        descriptorSector = 1
        self.descriptorSectors = UInt64(descriptorSectors)
        directorySector = Self.directoryAtEnd
        self.overhead = UInt64(overhead)
    }

    /// The 512 bytes of the header.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        bytes.replaceSubrange(0..<4, with: Self.magic)
        bytes.setLittle(version, at: 4)
        bytes.setLittle(flags.rawValue, at: 8)
        bytes.setLittle(capacity, at: 12)
        bytes.setLittle(grainSectors, at: 20)
        bytes.setLittle(descriptorSector, at: 28)
        bytes.setLittle(descriptorSectors, at: 36)
        bytes.setLittle(UInt32(Self.entriesPerTable), at: 44)
        bytes.setLittle(directorySector, at: 56)
        bytes.setLittle(overhead, at: 64)
        bytes.replaceSubrange(73..<77, with: Self.newlines)
        bytes.setLittle(UInt16(flags.contains(.compressed) ? 1 : 0), at: 77)
        return bytes
    }

    /// Reads and checks the header that stands at `offset` of a file.
    init(of file: FileRegion, at offset: Int64) throws {
        let bytes = try file.bytes(at: offset, count: Self.byteCount)
        guard bytes.starts(with: Self.magic) else {
            throw file.error(.corrupt, at: offset, "a sparse VMDK's header begins with 'KDMV', and this does not")
        }
        version = bytes.little(at: 4)
        flags = Flags(rawValue: bytes.little(at: 8))
        capacity = bytes.little(at: 12)
        grainSectors = bytes.little(at: 20)
        descriptorSector = bytes.little(at: 28)
        descriptorSectors = bytes.little(at: 36)
        directorySector = bytes.little(at: 56)
        overhead = bytes.little(at: 64)
        try check(bytes, of: file, at: offset)
    }

    private func check(_ bytes: [UInt8], of file: FileRegion, at offset: Int64) throws {
        guard 1...3 ~= version else {
            throw file.error(.unsupported, at: offset + 4, "the version is \(version); 1, 2 and 3 are read")
        }
        guard flags.isSubset(of: .known) else {
            throw file.error(
                .unsupported, at: offset + 8,
                "the flags 0x\(String(flags.rawValue, radix: 16)) have bits without meaning")
        }
        guard flags.contains(.compressed) == flags.contains(.markers) else {
            throw file.error(.unsupported, at: offset + 8, "compressed grains without markers, or markers without")
        }
        if flags.contains(.newlineTest), Array(bytes[73..<77]) != Self.newlines {
            throw file.error(
                .corrupt, at: offset + 73, "the line ends were changed: the file was transferred as a text")
        }
        let method: UInt16 = bytes.little(at: 77)
        guard method == (flags.contains(.compressed) ? 1 : 0) else {
            throw file.error(
                .unsupported, at: offset + 77, "compression method \(method) does not belong to the header's flags")
        }
        let entries: UInt32 = bytes.little(at: 44)
        guard entries == Self.entriesPerTable else {
            throw file.error(.unsupported, at: offset + 44, "grain tables of \(entries) entries; 512 are read")
        }
        guard 8...4096 ~= grainSectors, grainSectors.nonzeroBitCount == 1 else {
            throw file.error(
                .corrupt, at: offset + 20,
                "a grain of \(grainSectors) sectors; a power of two from 8 to 4096 is expected")
        }
        guard 1...UInt64(DiskGeometry.largestDisk / Int64(DiskGeometry.sector)) ~= capacity else {
            throw file.error(.corrupt, at: offset + 12, "a disk of \(capacity) sectors")
        }
    }

    /// Whether a footer tells of the same disk.
    func matches(_ footer: VMDKHeader) -> Bool {
        var expected = self
        expected.directorySector = footer.directorySector
        expected.overhead = footer.overhead
        expected.descriptorSector = footer.descriptorSector
        expected.descriptorSectors = footer.descriptorSectors
        return expected == footer
    }
}
