internal import CDeflate

/// A zlib stream that holds its bytes as they are, for units that do not get smaller.
///
/// ```text
/// | 78 01 | 00 | length, 2 | ~length, 2 | up to 65535 bytes | … | 01 | length | ~length | bytes | Adler-32, big-endian |
/// ```
///
/// RFC 1950, and RFC 1951, section 3.2.4.
enum StoredZlib {
    private static let longestBlock = Int(UInt16.max)

    /// The stream that holds `bytes`.
    static func stream(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
        let blocks = max(1, bytes.count.dividedRoundingUp(by: longestBlock))
        var stream: [UInt8] = [0x78, 0x01]
        stream.reserveCapacity(bytes.count + 5 * blocks + 6)
        for block in 0..<blocks {
            let part = bytes[min(bytes.count, block * longestBlock)..<min(bytes.count, (block + 1) * longestBlock)]
            let length = UInt16(part.count)
            stream.append(block == blocks - 1 ? 1 : 0)
            withUnsafeBytes(of: length.littleEndian) { stream.append(contentsOf: $0) }
            withUnsafeBytes(of: (~length).littleEndian) { stream.append(contentsOf: $0) }
            stream.append(contentsOf: UnsafeRawBufferPointer(rebasing: part))
        }
        let checksum = libdeflate_adler32(1, bytes.baseAddress, bytes.count)
        withUnsafeBytes(of: checksum.bigEndian) { stream.append(contentsOf: $0) }
        return stream
    }
}
