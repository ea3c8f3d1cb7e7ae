/// The lines of a description that are ours: `- Name: value`, each name once.
struct OwnLines {
    private let values: [String: String]

    /// Reads a description; where a name comes twice, there is nothing to rely on.
    init(_ text: String) {
        var values: [String: String] = [:]
        var isAmbiguous = false
        for line in text.split(whereSeparator: \.isNewline) {
            guard let match = line.wholeMatch(of: /- ([A-Z][A-Za-z]*): (\S+)\s*/) else { continue }
            if values.updateValue(String(match.2), forKey: String(match.1)) != nil { isAmbiguous = true }
        }
        self.values = isAmbiguous ? [:] : values
    }

    subscript(name: String) -> String? { values[name] }

    /// The lines of some values.
    static func text(_ lines: [(String, String)]) -> String {
        lines.map { "- \($0): \($1)\n" }.joined()
    }
}
