/// The lines of a description that are ours: `- Name: value`, each name once.
struct OwnLines {
    private let values: [String: String]

    /// Reads a description; where a name comes twice, there is nothing to rely on.
    init(_ text: String) {
        var values: [String: String] = [:]
        var isAmbiguous = false
        for line in text.split(whereSeparator: \.isNewline) {
            guard let (name, value) = Self.parts(of: line) else { continue }
            if values.updateValue(value, forKey: name) != nil { isAmbiguous = true }
        }
        self.values = isAmbiguous ? [:] : values
    }

    subscript(name: String) -> String? { values[name] }

    /// The name in a line; nil for one that is none of ours.
    static func name(of line: Substring) -> String? { parts(of: line)?.name }

    private static func parts(of line: Substring) -> (name: String, value: String)? {
        line.wholeMatch(of: /- ([A-Z][A-Za-z]*): (\S+)\s*/).map { (String($0.1), String($0.2)) }
    }

    /// The lines of some values.
    static func text(_ lines: [(String, String)]) -> String {
        lines.map { "- \($0): \($1)\n" }.joined()
    }
}
