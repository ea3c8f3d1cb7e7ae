internal import Foundation

/// Writes the paths of a system as texts, of which no two are equal.
///
/// Linux's names are bytes. As texts, two spellings of an accent are equal, and so are all bytes that are no UTF-8 once
/// they are replaced. A name that is no UTF-8, or not in its composed form (NFC), has each byte beyond ASCII as `\xE9`,
/// and each backslash as `\x5C`; so has a name with such a mark in it. All others are as they are.
enum PathText {
    private static let slash = UInt8(ascii: "/")
    private static let backslash = UInt8(ascii: "\\")
    /// What stands for the bytes that are written so.
    private static let marks = Set(([backslash] + Array(0x80...0xFF)).map(mark))

    /// The text of a path.
    static func text(of path: ArraySlice<UInt8>) -> String {
        guard path.contains(where: { $0 >= 0x80 || $0 == backslash }) else {
            return String(decoding: path, as: UTF8.self)
        }
        return path.split(separator: slash, omittingEmptySubsequences: false).map(text(ofName:)).joined(separator: "/")
    }

    private static func text(ofName name: ArraySlice<UInt8>) -> String {
        if !hasMark(name), let text = String(validating: name, as: UTF8.self),
            text.precomposedStringWithCanonicalMapping.utf8.elementsEqual(name)
        {
            return text
        }
        return name.map { $0 < 0x80 && $0 != backslash ? String(Character(Unicode.Scalar($0))) : mark($0) }.joined()
    }

    private static func hasMark(_ name: ArraySlice<UInt8>) -> Bool {
        name.split(separator: backslash, omittingEmptySubsequences: false).dropFirst().contains {
            marks.contains("\\" + String(decoding: $0.prefix(3), as: UTF8.self))
        }
    }

    private static func mark(_ byte: UInt8) -> String {
        "\\x" + String(byte, radix: 16, uppercase: true)
    }
}
