internal import HostSystem

/// The log of GitLab CI: sections that fold, with the time that each took, and errors in red.
///
/// Source: docs.gitlab.com, "CI/CD job logs". A section's mark holds control characters, which no line of text does here.
package struct GitLabDialect: ReportDialect {
    private static let erase = "\u{1B}[0K"

    /// The dialect.
    package init() {}

    package func opening(_ group: String, at time: Int) -> [String] {
        let mark = "section_start:\(time):\(Self.identifier(group))[collapsed=true]\r"
        return [Self.erase + mark + Self.erase + TerminalText.plain(group)]
    }

    package func closing(_ group: String, at time: Int) -> [String] {
        ["\(Self.erase)section_end:\(time):\(Self.identifier(group))\r\(Self.erase)"]
    }

    package func line(_ text: String) -> String { TerminalText.plain(text) }

    package func annotation(_ annotation: Annotation) -> [String] {
        let place = annotation.place.map { "\(TerminalText.plain($0.file)):\($0.line): " } ?? ""
        var lines = plainLines(of: annotation.message)
        lines[0] = "error: \(place)\(TerminalText.plain(annotation.title)): \(lines[0])"
        return lines.map { "\u{1B}[31;1m\($0)\u{1B}[0;m" }
    }

    /// The name of a section, which may hold letters, digits and `_.-`.
    private static func identifier(_ group: String) -> String {
        let name = String(group.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) ? $0 : "_" })
        return name.isEmpty ? "_" : name
    }
}
