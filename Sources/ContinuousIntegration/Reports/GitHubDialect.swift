internal import HostSystem

/// The log of GitHub Actions, with the runner's workflow commands: `::group::`, `::error title=…::…`.
///
/// Source: docs.github.com, "Workflow commands for GitHub Actions". The runner looks for commands in every line: for `::`
/// at its beginning, and for the older form `##[…]` anywhere in it.
package struct GitHubDialect: ReportDialect {
    /// The dialect.
    package init() {}

    package func opening(_ group: String, at time: Int) -> [String] {
        ["::group::" + Self.data(TerminalText.plain(group))]
    }

    package func closing(_ group: String, at time: Int) -> [String] {
        ["::endgroup::"]
    }

    package func line(_ text: String) -> String {
        Self.harmless(TerminalText.plain(text))
    }

    package func annotation(_ annotation: Annotation) -> [String] {
        [Self.command(annotation, message: plainLines(of: annotation.message).joined(separator: "\n"))]
    }

    /// The command that makes an annotation.
    static func command(_ annotation: Annotation, message: String) -> String {
        var properties: [String] = []
        if let place = annotation.place {
            properties += ["file=\(property(TerminalText.plain(place.file)))", "line=\(place.line)"]
        }
        properties.append("title=\(property(TerminalText.plain(annotation.title)))")
        return "::error \(properties.joined(separator: ","))::\(data(message))"
    }

    /// A line of plain text in which the runner finds no command.
    static func harmless(_ line: String) -> String {
        let line = line.replacing("##[", with: "## [")
        return line.drop { $0.isWhitespace }.hasPrefix("::") ? "- " + line : line
    }

    /// What follows a command's second `::`.
    private static func data(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
            .replacing("##[", with: "## [")
    }

    /// The value of a command's property.
    private static func property(_ text: String) -> String {
        data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
