/// The header of a dynamic VHD, which leads to its block allocation table. Big-endian ("Dynamic Disk Header Format").
///
/// ```text
///  0  "cxsparse"       24  version 1.0                36  one's complement of the sum
///  8  -1               28  entries of the table           of all bytes but these four
/// 16  the table        32  bytes of a block           40  of differencing disks: the parent
/// ```
struct VHDDynamicHeader {
    /// Its length in bytes.
    static let size = 1024
    /// What it begins with.
    static let cookie = Array("cxsparse".utf8)

    /// Where the block allocation table stands.
    let table: UInt64
    /// The table's entries.
    let entries: UInt32
    /// The bytes of the disk that a block holds.
    let blockSize: UInt32
}

extension VHDDynamicHeader {
    /// The header in its 1024 bytes.
    init(_ bytes: [UInt8]) throws(VHDFooter.Defect) {
        guard bytes.starts(with: Self.cookie) else {
            throw VHDFooter.Defect(offset: 0, reason: "there is no dynamic disk header (\"cxsparse\") here")
        }
        let found: UInt32 = bytes.big(at: 36)
        let expected = VHDFooter.checksum(of: bytes, at: 36)
        guard found == expected else {
            throw VHDFooter.Defect(
                offset: 36, reason: "the dynamic disk header's checksum is \(found), and its bytes give \(expected)")
        }
        let version: UInt32 = bytes.big(at: 24)
        guard version >> 16 == 1 else {
            throw VHDFooter.Defect(
                offset: 24, reason: "the dynamic disk header is of version \(version >> 16), and only 1 is read")
        }
        table = bytes.big(at: 16)
        entries = bytes.big(at: 28)
        blockSize = bytes.big(at: 32)
    }

    /// The header's 1024 bytes.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.size)
        bytes.replaceSubrange(0..<8, with: Self.cookie)
        bytes.setBig(UInt64.max, at: 8)
        bytes.setBig(table, at: 16)
        bytes.setBig(UInt32(1) << 16, at: 24)
        bytes.setBig(entries, at: 28)
        bytes.setBig(blockSize, at: 32)
        bytes.setBig(VHDFooter.checksum(of: bytes, at: 36), at: 36)
        return bytes
    }
}
