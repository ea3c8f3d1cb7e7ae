/// Tells what stands in a password's place in manuals, scripts and programs: a variable, a format, a mark, or a path.
enum Placeholder {
    /// What is filled in, markup and patterns, wherever they stand.
    private static let insertions = [
        "${", "$(", "{{", "%(", "\\n", "\\f", "\\&", "&lt;", "&gt;", "&quot;", ".*", "[^",
    ]
    private static let brackets: [(open: Character, close: Character)] = [
        ("<", ">"), ("[", "]"), ("{", "}"), ("(", ")"),
    ]
    /// Signs that a mark may stand between.
    private static let frames: Set<Character> = ["*", "%", "@"]

    /// Whether a text only stands for a password.
    static func holds(_ text: String) -> Bool {
        // What follows a quote is a program's.
        let head = text.prefix { $0 != "\"" && $0 != "'" }
        let hasTag = text.firstIndex(of: "<").map { text[$0...].contains(">") } ?? false
        return hasTag || insertions.contains { text.contains($0) } || isVariable(head) || isFormat(head)
            || isMark(head) || isPath(head)
    }

    /// `$NAME`
    private static func isVariable(_ text: Substring) -> Bool {
        guard text.first == "$" else { return false }
        let rest = text.dropFirst().drop { $0.isLetter || $0.isNumber || $0 == "_" }
        return rest.first.map { "\\;,)[{".contains($0) } ?? true
    }

    /// `%s%s`, `%-8d`
    private static func isFormat(_ text: Substring) -> Bool {
        text.first == "%" && text.split(separator: "%").allSatisfy { $0.count <= 3 }
    }

    /// `[NAME]`, `*name*`, `yes|no`; also a piece of such a one: `<your`, `name]`.
    private static func isMark(_ text: Substring) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        let isBracketed = brackets.contains { open, close in
            first == open && (last == close || !text.contains(close)) || last == close && !text.contains(open)
        }
        let isFramed = text.count > 1 && first == last && frames.contains(first) || first == "`" || last == "`"
        let isChoice = text.contains("|") && text.allSatisfy { $0.isLetter || $0 == "|" || $0 == "-" }
        return isBracketed || isFramed || isChoice
    }

    /// `/etc/key`; one slash alone may begin a password.
    private static func isPath(_ text: Substring) -> Bool {
        text.hasPrefix("/") && text.dropFirst().contains("/")
    }
}
