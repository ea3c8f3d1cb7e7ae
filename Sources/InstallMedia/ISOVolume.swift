internal import HostSystem
internal import SystemPackage

/// The primary volume descriptor of an ISO 9660 image (ECMA-119, section 8.4), in its sector 16.
///
/// ```
/// 0    type, 1         40  volume label, 32 bytes, filled with blanks
/// 1    "CD001"         80  size in blocks, 32 bits, little endian first
///                      128 size of a block, 16 bits, little endian first
/// ```
struct ISOVolume {
    /// The volume's label.
    let label: String

    private static let sectorSize = 2048
    private static let sector = 16

    /// Reads the descriptor and compares the size in it with the file's.
    init(reading path: FilePath) throws {
        let size = try path.fileSize().bytes
        let block = try Self.readDescriptor(path)
        guard block.count == Self.sectorSize, block[0] == 1, block[1..<6].elementsEqual("CD001".utf8) else {
            throw InstallerISOError.notISO(path: path)
        }
        let blocks = block[80..<84].reversed().reduce(Int64(0)) { $0 << 8 | Int64($1) }
        let blockSize = Int64(block[128]) | Int64(block[129]) << 8
        let missing = blocks * blockSize - size
        guard missing <= 0 else { throw InstallerISOError.truncated(path: path, missing: ByteCount(missing)) }
        let text = String(decoding: block[40..<72].filter { 0x20..<0x7f ~= $0 }, as: UTF8.self)
        label = String(text.reversed().drop { $0 == " " }.reversed())
    }

    private static func readDescriptor(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            var block = [UInt8](repeating: 0, count: sectorSize)
            let count = try block.withUnsafeMutableBytes {
                try descriptor.read(fromAbsoluteOffset: Int64(sector * sectorSize), into: $0)
            }
            return Array(block[..<count])
        }
    }
}
