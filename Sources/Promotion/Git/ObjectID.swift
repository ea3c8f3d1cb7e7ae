/// The id of a git object: 40 or 64 lower-case hexadecimal digits.
package struct ObjectID: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The digits.
    package let hex: String

    /// An id from its digits; nil for anything else.
    package init?(_ hex: some StringProtocol) {
        guard [40, 64].contains(hex.utf8.count), hex.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.hex = String(hex)
    }

    /// The first 12 digits, for people.
    package var short: String { String(hex.prefix(12)) }

    package var description: String { hex }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
