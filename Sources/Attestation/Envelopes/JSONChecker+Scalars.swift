extension JSONChecker {
    /// The longest number, in characters.
    private static let numberLimit = 32

    /// Walks over a number. A whole one must fit into 64 bits, any other into a double.
    mutating func checkNumber() throws(StrictJSONError) {
        let start = index
        var isWhole = true
        _ = skip("-")
        if !skip("0") { try checkDigits() }
        if skip(".") {
            isWhole = false
            try checkDigits()
        }
        if skip("e") || skip("E") {
            isWhole = false
            if !skip("+") { _ = skip("-") }
            try checkDigits()
        }
        guard index - start <= Self.numberLimit else { throw StrictJSONError(kind: .number, offset: start) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        let fits = isWhole ? Int64(text) != nil : Double(text)?.isFinite == true
        guard fits else { throw StrictJSONError(kind: .number, offset: start) }
    }

    private mutating func checkDigits() throws(StrictJSONError) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw error(.syntax) }
    }

    /// Walks over a string.
    ///
    /// - Returns: What it says, escapes resolved.
    mutating func readString() throws(StrictJSONError) -> String {
        guard skip("\"") else { throw error(.syntax) }
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { throw error(.syntax) }
            if byte == UInt8(ascii: "\\") {
                text += Array(String(try readEscape()).utf8)
            } else {
                text.append(byte)
                index += 1
            }
        }
        guard skip("\"") else { throw error(.syntax) }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func readEscape() throws(StrictJSONError) -> Unicode.Scalar {
        index += 1
        guard let letter = next else { throw error(.syntax) }
        guard letter != UInt8(ascii: "u") else { return try readScalar() }
        let plain: [UInt8: Unicode.Scalar] = [
            0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
        ]
        guard let scalar = plain[letter] else { throw error(.syntax) }
        index += 1
        return scalar
    }

    /// Reads `uXXXX`, and the second half if that is the first of a pair; half a pair alone is refused.
    private mutating func readScalar() throws(StrictJSONError) -> Unicode.Scalar {
        let place = index
        let first = try readUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), skip("\\") else {
            throw StrictJSONError(kind: .syntax, offset: place)
        }
        let second = try readUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw StrictJSONError(kind: .syntax, offset: place) }
        return scalar
    }

    private mutating func readUnit() throws(StrictJSONError) -> UInt32 {
        guard skip("u") else { throw error(.syntax) }
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error(.syntax)
            }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }
}
