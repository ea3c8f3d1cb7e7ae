internal import SystemPackage

/// The header of a qcow2 image, checked word by word (QEMU's `docs/interop/qcow2.txt`, "Header"). All words are big-endian.
///
/// ```text
///   0  "QFI\xfb"                 40  L1 table's offset u64
///   4  version: 2 or 3     u32   48  refcount table's offset u64, its clusters u32
///   8  backing name's offset u64 60  snapshots u32, their table's offset u64
///  16  backing name's length u32 -- version 3 --------------------------------
///  20  cluster bits: 9…21  u32   72  incompatible, compatible, autoclear features, 3 × u64
///  24  disk's size         u64   96  refcount order u32
///  32  encryption          u32  100  header length u32
///  36  L1 table's entries  u32  104  compression type u8 (if the header is 112 bytes long), 7 zeros
///       then extensions: type u32, length u32, data, padded to 8 bytes; type 0 ends them
/// ```
struct QCOW2Header {
    /// How compressed clusters are compressed.
    enum Compression: UInt8 {
        case zlib = 0
        case zstd = 1
    }

    /// The other image that holds what this one does not.
    struct Backing {
        /// Its name, as it stands in the header.
        let name: [UInt8]
        /// What the header says its format is; nil if it says nothing.
        let format: String?
        /// Where the name stands.
        let offset: Int64
    }

    /// Features that a reader must know to read the image (bits of the word at byte 72).
    enum Incompatible {
        static let dirty = UInt64(1) << 0
        static let corrupt = UInt64(1) << 1
        static let dataFile = UInt64(1) << 2
        static let compressionType = UInt64(1) << 3
        static let extendedL2 = UInt64(1) << 4
    }

    /// `QFI\xfb`
    static let magic: UInt32 = 0x5146_49FB
    /// The largest L1 table, in bytes: what QEMU allows too.
    static let largestL1 = 32 << 20
    /// The longest name of a backing file: what QEMU allows too.
    static let longestBackingName = 1023

    /// 2 or 3.
    let version: UInt32
    /// The logarithm of a cluster's size.
    let clusterBits: Int
    /// The disk's size in bytes: the header's, rounded down to whole sectors, as QEMU does.
    let size: Int64
    /// Where the L1 table stands.
    let l1Offset: Int64
    /// The entries of the L1 table that the disk needs; there may be more, for a saved machine's state.
    let l1Count: Int
    /// How compressed clusters are compressed.
    let compression: Compression
    /// The backing file; nil if there is none.
    let backing: Backing?

    /// A cluster's size in bytes.
    var clusterSize: Int { 1 << clusterBits }
    /// The entries of an L2 table, which is one cluster.
    var l2Count: Int { clusterSize / 8 }
    /// The bytes of disk that one L2 table maps.
    var l2Coverage: Int64 { Int64(clusterSize) * Int64(l2Count) }

    /// Whether a file begins as a qcow2 image does, of any version.
    static func recognizes(_ file: SourceFile) throws -> Bool {
        guard file.size >= 4 else { return false }
        return try file.bytes(at: 0, count: 4).big(UInt32.self, at: 0) == magic
    }

    /// Reads and checks the header of `file`.
    init(_ file: SourceFile) throws {
        guard try Self.recognizes(file) else {
            throw ImageError(
                .unknownFormat, file.path, at: 0, "a qcow2 image begins with 'QFI\\xfb', and this does not")
        }
        let fields = QCOW2HeaderFields(file: file, bytes: try file.bytes(at: 0, count: 72))
        version = fields.word(at: 4)
        guard version == 2 || version == 3 else {
            throw fields.error(.unsupported, at: 4, "qcow2 version \(version) is not read, only 2 and 3")
        }
        let bits: UInt32 = fields.word(at: 20)
        guard (9...21).contains(bits) else {
            throw fields.error(
                .corrupt, at: 20, "clusters have 2 to the power of \(bits) bytes; between 9 and 21 is expected")
        }
        clusterBits = Int(bits)
        size = try fields.diskSize()
        try fields.refuseEncryption()
        let length = version == 2 ? 72 : try fields.headerLength(clusterSize: 1 << bits)
        compression = version == 2 ? .zlib : try fields.features(headerLength: length)
        (l1Offset, l1Count) = try fields.l1Table(clusterBits: clusterBits)
        backing = try fields.backing(headerLength: length, clusterSize: 1 << bits)
    }
}

extension QCOW2Header {
    /// A label in the header extension area that matters to a reader.
    enum ExtensionType {
        static let end: UInt32 = 0
        static let backingFormat: UInt32 = 0xE279_2ACA
        static let dataFile: UInt32 = 0x4441_5441
        static let encryption: UInt32 = 0x0537_BE77
    }
}
