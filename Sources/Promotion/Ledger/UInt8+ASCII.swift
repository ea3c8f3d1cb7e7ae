/// What a byte of ASCII text is. A ledger of ten thousand tags asks often, and a regular expression would be compiled anew
/// each time.
extension UInt8 {
    /// Whether it is a letter from `A` to `Z` or from `a` to `z`.
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

    /// Whether it is a letter from `a` to `z`.
    var isASCIILowercaseLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

    /// Whether it is a digit from `0` to `9`.
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
