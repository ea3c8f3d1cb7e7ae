/// Numbers of any length in their digits, as versions hold them.
enum DecimalDigits {
    /// Below 0 if the first is less, above if it is more; no digits are 0.
    static func order(_ left: Substring.UTF8View, _ right: Substring.UTF8View) -> Int {
        let left = left.drop { $0 == UInt8(ascii: "0") }
        let right = right.drop { $0 == UInt8(ascii: "0") }
        guard left.count == right.count else { return left.count - right.count }
        return left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}

extension UInt8 {
    /// Whether it is an ASCII digit.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    /// Whether it is an ASCII letter.
    var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}
