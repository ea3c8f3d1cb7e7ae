internal import DiskImages
internal import Foundation

/// Finds where compressed streams end, for the formats of which libarchive gives nothing if other bytes follow.
enum StreamEnd {
    /// Longer streams are not unpacked whole anyway.
    private static let reach = Int64(1 << 30)

    /// The first byte behind the stream at `offset`; the disk's end for a format that tells it by itself, and `offset` where
    /// there is no whole stream.
    static func find(on disk: any DiskReader, at offset: Int64) throws -> Int64 {
        guard offset + 12 <= disk.size else { return offset }
        let start = try disk.bytes(at: offset, count: 12)
        return switch start[0] {
        case 0x28: try zstdEnd(on: disk, at: offset, start) ?? offset
        case 0xFD: try xzEnd(on: disk, at: offset, flags: Array(start[6..<8])) ?? offset
        default: disk.size
        }
    }

    /// A Zstandard frame is a header and blocks with their sizes (RFC 8878, 3.1.1).
    private static func zstdEnd(on disk: any DiskReader, at offset: Int64, _ start: [UInt8]) throws -> Int64? {
        let descriptor = start[4]
        let isSingle = descriptor & 0x20 != 0
        let sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][Int(descriptor >> 6)]
        let dictionaryBytes = [0, 1, 2, 4][Int(descriptor & 3)]
        var next = offset + 5 + (isSingle ? 0 : 1) + Int64(dictionaryBytes + sizeBytes)
        while next + 3 <= disk.size, next - offset < reach {
            let bytes = try disk.bytes(at: next, count: 3)
            let header = Int64(bytes[0]) | Int64(bytes[1]) << 8 | Int64(bytes[2]) << 16
            let size = header >> 3
            // Zeros would look like blocks without end.
            guard header != 0 else { return nil }
            switch header >> 1 & 3 {
            case 0, 2: next += 3 + size
            case 1: next += 4
            default: return nil
            }
            if header & 1 == 1 {
                let end = next + (descriptor & 4 != 0 ? 4 : 0)
                return end <= disk.size ? end : nil
            }
        }
        return nil
    }

    /// An xz stream has a length of whole words and ends with its flags, those of its header, and `YZ` (xz-file-format, 2.1.2).
    private static func xzEnd(on disk: any DiskReader, at offset: Int64, flags: [UInt8]) throws -> Int64? {
        let mark = flags + Array("YZ".utf8)
        var next = offset + 12
        while next < disk.size, next - offset < reach {
            let count = Int(min(256 << 10, disk.size - next))
            guard count >= 4 else { return nil }
            let bytes = try disk.bytes(at: next, count: count & ~3)
            if let place = place(of: mark, in: bytes) { return next + Int64(place) + 4 }
            next += Int64(bytes.count)
        }
        return nil
    }

    /// Where a word stands among other words.
    private static func place(of word: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { bytes -> Int? in
            guard let start = bytes.baseAddress else { return nil }
            let last = Int32(word[3])
            var from = 3
            while from < bytes.count, let found = memchr(start + from, last, bytes.count - from) {
                let place = UnsafeRawPointer(found) - start - 3
                if place % 4 == 0, memcmp(start + place, word, 4) == 0 { return place }
                from = place + 4
            }
            return nil
        }
    }
}
