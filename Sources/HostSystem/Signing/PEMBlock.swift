/// One block of PEM (RFC 7468), with nothing around it: keys are taken in one spelling, and not guessed from others.
struct PEMBlock {
    /// What is between `-----BEGIN ` and `-----`.
    let label: String
    /// The bytes.
    let content: [UInt8]

    /// The longest text that is read.
    static let limit = 1 << 16

    /// A block of `content`.
    init(label: String, content: [UInt8]) {
        self.label = label
        self.content = content
    }

    /// The block that a text consists of, if its label is one of those.
    init(_ text: [UInt8], expecting labels: [String]) throws(KeyError) {
        guard text.count <= Self.limit else { throw .notPEM }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard let first = lines.first, let label = Self.label(of: first, after: "-----BEGIN ") else { throw .notPEM }
        guard labels.contains(label) else { throw .otherContent(label: label) }
        guard let last = lines.last, Self.label(of: last, after: "-----END ") == label else { throw .notPEM }
        guard let content = Base64.decode(lines.dropFirst().dropLast().joined()) else { throw .damaged }
        self.init(label: label, content: content)
    }

    /// The block as text, in lines of 64 characters.
    var text: String {
        let code = Array(Base64.encode(content))
        let lines = stride(from: 0, to: code.count, by: 64).map { String(code[$0..<min($0 + 64, code.count)]) }
        return "-----BEGIN \(label)-----\n" + lines.map { $0 + "\n" }.joined() + "-----END \(label)-----\n"
    }

    private static func label(of line: ArraySlice<UInt8>, after prefix: String) -> String? {
        let end = "-----"
        guard line.starts(with: prefix.utf8), line.reversed().starts(with: end.utf8) else { return nil }
        let label = line.dropFirst(prefix.utf8.count).dropLast(end.utf8.count)
        let isPlain = label.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x20 }
        guard isPlain, (1...64).contains(label.count) else { return nil }
        return String(decoding: label, as: UTF8.self)
    }
}
