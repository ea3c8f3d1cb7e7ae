/// A walk over a JSON text (RFC 8259) that makes nothing of it, and ends at the first byte that does not belong there.
struct JSONChecker {
    /// How deeply values may be nested; with it, the walk can call itself.
    static let depthLimit = 64

    let bytes: [UInt8]
    /// The next byte to look at.
    var index = 0

    /// A walk from a text's beginning; the text is UTF-8.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Walks over the whole text: one value, and white space around it.
    mutating func checkDocument() throws(StrictJSONError) {
        try checkValue(depth: 0)
        guard index == bytes.count else { throw error(.trailing) }
    }

    /// The next byte; nil at the end.
    var next: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    /// An error at the next byte.
    func error(_ kind: StrictJSONError.Kind) -> StrictJSONError {
        StrictJSONError(kind: kind, offset: index)
    }

    /// Steps over a byte if it is that one.
    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(StrictJSONError) {
        guard skip(character) else { throw error(.syntax) }
    }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || (0x09...0x0A).contains(byte) || byte == 0x0D { index += 1 }
    }

    private mutating func checkValue(depth: Int) throws(StrictJSONError) {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): try checkObject(depth: depth + 1)
        case UInt8(ascii: "["): try checkArray(depth: depth + 1)
        case UInt8(ascii: "\""): _ = try readString()
        case UInt8(ascii: "t"): try checkWord("true")
        case UInt8(ascii: "f"): try checkWord("false")
        case UInt8(ascii: "n"): try checkWord("null")
        default: try checkNumber()
        }
        skipSpace()
    }

    private mutating func checkObject(depth: Int) throws(StrictJSONError) {
        try enter(depth)
        skipSpace()
        guard !skip("}") else { return }
        // Swift takes two spellings of a letter for one, as the decoder does that comes after this.
        var keys: Set<String> = []
        repeat {
            skipSpace()
            let place = index
            let key = try readString()
            guard keys.insert(key).inserted else {
                throw StrictJSONError(kind: .duplicateKey(StrictJSON.quoted(key)), offset: place)
            }
            skipSpace()
            try expect(":")
            try checkValue(depth: depth)
        } while skip(",")
        try expect("}")
    }

    private mutating func checkArray(depth: Int) throws(StrictJSONError) {
        try enter(depth)
        skipSpace()
        guard !skip("]") else { return }
        repeat {
            try checkValue(depth: depth)
        } while skip(",")
        try expect("]")
    }

    private mutating func enter(_ depth: Int) throws(StrictJSONError) {
        guard depth <= Self.depthLimit else { throw error(.tooDeep(limit: Self.depthLimit)) }
        index += 1
    }

    private mutating func checkWord(_ word: StaticString) throws(StrictJSONError) {
        for byte in word.description.utf8 {
            guard next == byte else { throw error(.syntax) }
            index += 1
        }
    }
}
