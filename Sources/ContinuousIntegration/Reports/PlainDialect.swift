internal import HostSystem

/// A log in a file, which nothing reads but people.
package struct PlainDialect: ReportDialect {
    /// The dialect.
    package init() {}

    package func opening(_ group: String, at time: Int) -> [String] { ["\(TerminalText.plain(group)):"] }

    package func closing(_ group: String, at time: Int) -> [String] { [] }

    package func line(_ text: String) -> String { TerminalText.plain(text) }

    package func annotation(_ annotation: Annotation) -> [String] {
        var lines = plainLines(of: annotation.message)
        lines[0] = "error: \(TerminalText.plain(annotation.title)): \(lines[0])"
        return lines
    }
}
