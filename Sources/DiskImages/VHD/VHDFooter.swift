/// The last sector of every VHD; a dynamic one has a copy of it in its first. Big-endian (Microsoft, "Virtual Hard Disk
/// Image Format Specification", 1.0, "Hard Disk Footer Format").
///
/// ```text
///  0  "conectix"                 36  host system             64  one's complement of the sum
///  8  features, 2 = none         40  original size               of all bytes but these four
/// 12  version 1.0                48  current size            68  UUID
/// 16  dynamic header, or -1      56  geometry                84  saved state, then zeros
/// 24  seconds since 2000         60  2 fixed, 3 dynamic,
/// 28  creator and its version        4 differencing
/// ```
///
/// The disk's size is the current size, never the geometry's product: that only comes near it, and a reader that took it
/// would lose the disk's last sectors, among them the backup of the partition table.
struct VHDFooter: Equatable {
    /// How the disk is stored.
    enum Kind: UInt32 {
        case fixed = 2
        case dynamic = 3
        case differencing = 4
    }

    /// Its length in bytes.
    static let size = 512
    /// What it begins with.
    static let cookie = Array("conectix".utf8)
    /// Where the dynamic header of an image that has none stands.
    static let noHeader = UInt64.max

    /// How the disk is stored.
    let kind: Kind
    /// The disk's size in bytes.
    let diskSize: UInt64
    /// Where the dynamic header stands.
    let header: UInt64
    /// What the disk is called by; 16 bytes.
    let uuid: [UInt8]
}

extension VHDFooter {
    /// Why bytes are no footer, or no dynamic disk header.
    struct Defect: Error {
        /// Where the wrong word stands, from the first of the bytes on.
        let offset: Int64
        /// What was found and what was expected.
        let reason: String
    }

    /// Whether the bytes begin as a footer does.
    static func hasCookie(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: cookie)
    }

    /// The footer in the 512 bytes of a sector.
    init(_ bytes: [UInt8]) throws(Defect) {
        guard Self.hasCookie(bytes) else {
            throw Defect(offset: 0, reason: "there is no VHD footer (\"conectix\") here")
        }
        let found: UInt32 = bytes.big(at: 64)
        let expected = Self.checksum(of: bytes, at: 64)
        guard found == expected else {
            throw Defect(offset: 64, reason: "the footer's checksum is \(found), and its bytes give \(expected)")
        }
        let version: UInt32 = bytes.big(at: 12)
        guard version >> 16 == 1 else {
            throw Defect(offset: 12, reason: "the footer is of version \(version >> 16), and only 1 is read")
        }
        let type: UInt32 = bytes.big(at: 60)
        guard let kind = Kind(rawValue: type) else {
            throw Defect(
                offset: 60, reason: "the disk is of type \(type), which is none of fixed, dynamic, differencing")
        }
        self.kind = kind
        diskSize = bytes.big(at: 48)
        header = bytes.big(at: 16)
        uuid = Array(bytes[68..<84])
    }

    /// The footer's 512 bytes.
    ///
    /// The creator is Hyper-V's `win `: from one that it does not know, QEMU 7.2 takes the disk's size from the geometry. The time is always the epoch, so that the same disk gives the same bytes.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        bytes.replaceSubrange(0..<8, with: Self.cookie)
        bytes.setBig(UInt32(2), at: 8)
        bytes.setBig(UInt32(1) << 16, at: 12)
        bytes.setBig(header, at: 16)
        bytes.replaceSubrange(28..<32, with: "win ".utf8)
        bytes.setBig(UInt32(0x000A_0000), at: 32)
        bytes.replaceSubrange(36..<40, with: "Wi2k".utf8)
        bytes.setBig(diskSize, at: 40)
        bytes.setBig(diskSize, at: 48)
        let geometry = VHDGeometry(size: Int64(diskSize))
        bytes.setBig(geometry.cylinders, at: 56)
        bytes[58] = geometry.heads
        bytes[59] = geometry.sectorsPerTrack
        bytes.setBig(kind.rawValue, at: 60)
        bytes.replaceSubrange(68..<84, with: uuid)
        bytes.setBig(Self.checksum(of: bytes, at: 64), at: 64)
        return bytes
    }

    /// The one's complement of the sum of all bytes but the checksum's own four.
    static func checksum(of bytes: [UInt8], at place: Int) -> UInt32 {
        var sum: UInt32 = 0
        for (index, byte) in bytes.enumerated() where !(place..<place + 4).contains(index) { sum &+= UInt32(byte) }
        return ~sum
    }
}
