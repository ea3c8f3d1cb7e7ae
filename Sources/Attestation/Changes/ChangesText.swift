/// A report for people as it grows: sections that begin with their counts, with lists that are cut.
struct ChangesText {
    /// The most lines of a list; nil for all.
    let limit: Int?
    /// The lines so far.
    private(set) var lines: [String] = []

    init(limit: Int?) {
        self.limit = limit
    }

    /// One line, for what stands alone.
    mutating func line(_ text: String) {
        lines.append(Self.plain(text))
    }

    /// A section with its counts and its list; none if there is nothing to count.
    mutating func section(_ name: String, _ counts: KeyValuePairs<String, Int>, remark: String = "", items: [String]) {
        let told = counts.filter { $0.value > 0 }.map { "\($0.value) \($0.key)" }
        guard !told.isEmpty else { return }
        line("\(name): \(told.joined(separator: ", "))\(remark)")
        list(items)
    }

    /// A section about a list whose items come, go and change.
    mutating func section<Item>(
        _ name: String, _ changes: ListChanges<Item>, item: (Item) -> String, change: (Change<Item>) -> String
    ) {
        section(
            name, ["added": changes.added.count, "removed": changes.removed.count, "changed": changes.changed.count],
            items: changes.removed.map { "- \(item($0))" } + changes.added.map { "+ \(item($0))" }
                + changes.changed.map { "~ \(change($0))" })
    }

    private mutating func list(_ items: [String]) {
        // A list that is one line too long is shorter with that line than with a word about it.
        let shown = limit.map { items.count > $0 + 1 ? items.prefix($0) : items[...] } ?? items[...]
        for item in shown { line("  \(item)") }
        if shown.count < items.count { line("  … and \(items.count - shown.count) more") }
    }

    /// A line without what would move a terminal's cursor or reorder what follows: names of files may hold anything.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: "?"
                default: Character(scalar)
                }
            })
    }
}
