/// How the units of a disk are stored in an image.
package enum UnitEncoding: Sendable, Hashable {
    /// As they are.
    case plain
    /// A Zstandard frame for each (RFC 8878), with its content size; as qcow2's compression type 1 wants it.
    case zstd(level: Int)
    /// A bare deflate stream for each (RFC 1951), in which no match reaches back further than 4 KiB; as qcow2's compression
    /// type 0 wants it.
    case deflate(level: Int)
    /// A zlib stream for each (RFC 1950); as VMDK wants it.
    case zlib(level: Int)

    /// The level that is used if none is asked for: the fastest whose files are not larger than `qemu-img`'s.
    package static let defaultZstd = UnitEncoding.zstd(level: 4)
    package static let defaultDeflate = UnitEncoding.deflate(level: 6)
    package static let defaultZlib = UnitEncoding.zlib(level: 5)
}
