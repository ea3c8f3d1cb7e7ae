/// The 512 bytes before a member of a tar archive.
///
/// ```text
///   0  name, 100       124  size, 12           257  "ustar\0" "00"
/// 100  mode, 8         136  time, 12           265  user's and group's name, 32 each
/// 108  user, 8         148  checksum, 8        329  device, 2 × 8
/// 116  group, 8        156  type, 1            345  prefix of the name, 155
/// ```
///
/// Numbers are octal digits. A size of 8 GiB or more, which eleven digits cannot tell, is a big-endian number instead, after
/// a first byte of 0x80: GNU tar's way, which VirtualBox takes too, while it refuses POSIX.1-2001's extended headers.
/// POSIX.1-1988 (ustar).
struct TarHeader: Equatable {
    /// A header's length, and what members are padded to.
    static let byteCount = 512
    /// The first size that eleven octal digits cannot tell.
    static let firstLargeSize = Int64(1) << 33

    /// What a plain file has as its type.
    static let plainFile = UInt8(ascii: "0")

    /// The member's name; what is no UTF-8 is replaced.
    let name: String
    /// The member's length in bytes.
    let size: Int64
    /// What it is, by the letter or digit of the format.
    let type: UInt8

    /// A header of a plain file: mode 0644, user and group 0, time 0.
    init(name: String, size: Int64) {
        self.init(name: name, size: size, type: Self.plainFile)
    }

    private init(name: String, size: Int64, type: UInt8) {
        self.name = name
        self.size = size
        self.type = type
    }

    /// The header's bytes; the name has at most 100.
    var bytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Self.byteCount)
        func put(_ text: String, at offset: Int) {
            bytes.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        if size < Self.firstLargeSize {
            put(Self.octal(size, digits: 11), at: 124)
        } else {
            bytes[124] = 0x80
            bytes.setBig(size, at: 128)
        }
        put("00000000000", at: 136)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put("0000000", at: 329)
        put("0000000", at: 337)
        put(Self.octal(Int64(Self.checksum(bytes)), digits: 6), at: 148)
        bytes[155] = UInt8(ascii: " ")
        return bytes
    }

    private static func octal(_ number: Int64, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// The sum of all bytes, those of the checksum counted as blanks.
    private static func checksum(_ bytes: [UInt8]) -> Int {
        bytes.enumerated().reduce(0) { sum, byte in
            sum + Int(148..<156 ~= byte.offset ? UInt8(ascii: " ") : byte.element)
        }
    }
}

extension TarHeader {
    /// Reads and checks a header at `offset` of an archive; nil if it is the archive's end, a block of zeros.
    init?(of file: FileRegion, at offset: Int64) throws {
        let bytes = try file.bytes(at: offset, count: Self.byteCount)
        guard bytes.contains(where: { $0 != 0 }) else { return nil }
        guard bytes[257..<262].elementsEqual("ustar".utf8) else {
            throw file.error(.corrupt, at: offset + 257, "a tar header with 'ustar' is expected here")
        }
        guard let sum = Self.number(bytes[148..<156]), sum == Int64(Self.checksum(bytes)) else {
            throw file.error(.corrupt, at: offset + 148, "the checksum of the tar header is wrong")
        }
        guard let size = Self.number(bytes[124..<136]) else {
            throw file.error(.corrupt, at: offset + 124, "the member's size is no number")
        }
        // GNU's own headers have a blank there, and other things in the place of the prefix.
        let prefix = bytes[262] == 0 ? bytes[345..<500].prefix { $0 != 0 } : []
        let name = prefix + (prefix.isEmpty ? [] : [UInt8(ascii: "/")]) + bytes[0..<100].prefix { $0 != 0 }
        self.init(
            name: String(decoding: name, as: UTF8.self), size: size,
            type: bytes[156] == 0 ? Self.plainFile : bytes[156])
    }

    /// An octal number with blanks or zeros around it, or a positive big-endian one; nil for anything else.
    private static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
            let number: UInt64 = Array(field.suffix(8)).big(at: 0)
            return Int64(exactly: number)
        }
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
        guard digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "7") ~= $0 }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}
