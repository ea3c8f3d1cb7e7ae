/// One kind of secret: how its bytes look, and what tells it from bytes that only look like it.
struct SecretRule: Sendable {
    /// What was matched, and what stands before and behind it on the disk.
    struct Candidate {
        /// The bytes that the pattern matches.
        let bytes: ArraySlice<UInt8>
        /// Up to 64 bytes before them.
        let before: ArraySlice<UInt8>
        /// The byte behind them; nil at the end.
        let after: UInt8?

        /// The matched bytes as text, each byte a character.
        var text: String { String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })) }
    }

    /// Its name in reports and in templates' allowances: `github-token`.
    let kind: String
    /// What it is, for people: `a GitHub token`.
    let title: String
    /// What it looks like.
    let pattern: BytePattern
    /// Whether people choose such secrets: few guesses would find one by its digest, so that its digest is not told.
    let isGuessable: Bool
    /// The secret itself among what was matched; nil where it is only an example, or no secret at all.
    let secret: @Sendable (Candidate) -> String?

    /// What must stand before it.
    let start: Start

    /// What must stand before a secret, unless a sector begins with it: there another file ends, with any byte.
    enum Start {
        /// Anything.
        case anywhere
        /// No letter, digit or underscore, if it begins with one.
        case word
        /// The end of a line, or a zero byte.
        case line
    }

    /// A kind of secret.
    ///
    /// - Parameter expression: An alternative of it may begin with `\\b` or `^`, which then holds for all of them.
    init(
        _ kind: String, _ title: String, _ expression: String, ignoresCase: Bool = false, isBinary: Bool = false,
        isGuessable: Bool = false, secret: @escaping @Sendable (Candidate) -> String? = { Self.made($0.text) }
    ) {
        self.kind = kind
        self.title = title
        start =
            Self.begins(expression, with: "^") ? .line : Self.begins(expression, with: #"\b"#) ? .word : .anywhere
        pattern = BytePattern(
            expression: Self.without(["^", #"\b"#], in: expression), ignoresCase: ignoresCase, isBinary: isBinary)
        self.isGuessable = isGuessable
        self.secret = secret
    }

    private static func begins(_ expression: String, with mark: String) -> Bool {
        expression.hasPrefix(mark) || expression.contains("|" + mark)
    }

    private static func without(_ marks: [String], in expression: String) -> String {
        marks.reduce(expression) { text, mark in
            let rest = text.replacing("|" + mark, with: "|")
            return rest.hasPrefix(mark) ? String(rest.dropFirst(mark.count)) : rest
        }
    }

    /// All kinds there are.
    static let all = privateKeys + forgeTokens + cloudTokens + serviceTokens + credentials + passwords

    /// The text, if a machine has made it: it says nowhere that it is an example.
    static func made(_ text: String) -> String? {
        SecretText.isExample(text) ? nil : text
    }

    /// What stands behind the last of `separators` in `text`, without quotes.
    static func value(in text: String, after separators: Set<Character>) -> String {
        let value = text.lastIndex(where: separators.contains).map { text[text.index(after: $0)...] } ?? text[...]
        return value.trimming { $0 == "\"" || $0 == "'" || $0.isWhitespace }
    }
}

extension Substring {
    /// The text without what `isLeftOut` at its ends.
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String {
        var text = self
        while let first = text.first, isLeftOut(first) { text.removeFirst() }
        while let last = text.last, isLeftOut(last) { text.removeLast() }
        return String(text)
    }
}
