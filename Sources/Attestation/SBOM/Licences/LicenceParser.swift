extension LicenceExpression {
    /// The longest text that is taken apart; a longer one is a licence's own text, and no name.
    private static let limit = 2000

    /// What a package's words mean: a name, or names with `and`, `or`, `with` and brackets (DEP 5; the Fedora licences).
    ///
    /// What cannot be taken apart with certainty stays the package's own words.
    init(parsing text: String) {
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if let id = LicenceTable.standard.licence(words) {
            self = .known(id)
            return
        }
        var parser = LicenceParser(words)
        // A comma changes what the words around it belong to.
        guard words.utf8.count <= Self.limit, !words.contains(where: { ",;".contains($0) }),
            let parsed = parser.parse()
        else {
            self = .unknown(words)
            return
        }
        self = parsed
    }
}

/// Takes a licence's words apart: `or` binds less than `and`, and brackets most.
private struct LicenceParser {
    private var tokens: ArraySlice<Substring>

    init(_ words: String) {
        let spaced = words.replacing("(", with: " ( ").replacing(")", with: " ) ")
        tokens = spaced.split(separator: " ")[...]
    }

    mutating func parse() -> LicenceExpression? {
        guard let result = parseAny(depth: 0), tokens.isEmpty else { return nil }
        return result
    }

    private mutating func parseAny(depth: Int) -> LicenceExpression? {
        list(depth: depth, word: "or") { $0.parseAll(depth: depth) }.map { $0.count == 1 ? $0[0] : .any($0) }
    }

    private mutating func parseAll(depth: Int) -> LicenceExpression? {
        list(depth: depth, word: "and") { $0.parsePart(depth: depth) }.map { $0.count == 1 ? $0[0] : .all($0) }
    }

    private mutating func list(
        depth: Int, word: String, _ part: (inout LicenceParser) -> LicenceExpression?
    ) -> [LicenceExpression]? {
        var parts: [LicenceExpression] = []
        repeat {
            guard let next = part(&self) else { return nil }
            parts.append(next)
        } while take(word)
        return parts
    }

    private mutating func take(_ word: String) -> Bool {
        guard tokens.first?.lowercased() == word else { return false }
        tokens.removeFirst()
        return true
    }

    private mutating func parsePart(depth: Int) -> LicenceExpression? {
        guard depth < 16 else { return nil }
        if take("(") {
            guard let inner = parseAny(depth: depth + 1), take(")") else { return nil }
            return inner
        }
        let words = tokens.prefix { !["and", "or", "(", ")"].contains($0.lowercased()) }
        tokens = tokens.dropFirst(words.count)
        return words.isEmpty ? nil : Self.name(words)
    }

    /// A name; nil for words that only belong to the name before them, as in `GPL-2 or later`.
    private static func name(_ words: ArraySlice<Substring>) -> LicenceExpression? {
        let table = LicenceTable.standard
        let text = words.joined(separator: " ")
        if let id = table.licence(text) { return .known(id) }
        guard !["later", "newer", "higher", "any"].contains(words.first?.lowercased() ?? "") else { return nil }
        if let with = words.firstIndex(where: { $0.lowercased() == "with" }),
            let id = table.licence(words[..<with].joined(separator: " ")),
            let exception = table.exception(words[(with + 1)...].joined(separator: " "))
        {
            return .known("\(id) WITH \(exception)")
        }
        return .unknown(text)
    }
}
