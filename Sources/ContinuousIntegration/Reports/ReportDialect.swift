internal import HostSystem

/// How the log of a forge's job is written, so that its groups fold and its errors stand out.
///
/// What it is given may come from a guest or from whoever pushed. Nothing of it becomes a command to the runner, moves a
/// terminal's cursor, or begins a line of its own.
package protocol ReportDialect: Sendable {
    /// The lines that begin a group; `time` is in seconds since 1970.
    func opening(_ group: String, at time: Int) -> [String]
    /// The lines that end a group.
    func closing(_ group: String, at time: Int) -> [String]
    /// A line of text.
    func line(_ text: String) -> String
    /// The lines that make an annotation.
    func annotation(_ annotation: Annotation) -> [String]
}

extension ReportDialect {
    /// The lines of a text, each plain; there is at least one.
    func plainLines(of text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).map { TerminalText.plain($0) }
        return lines.isEmpty ? [""] : lines
    }
}

extension Forge {
    /// How the forge's log is written.
    package var dialect: any ReportDialect {
        switch self {
        case .github: GitHubDialect()
        case .gitea: GiteaDialect()
        case .gitlab: GitLabDialect()
        case .hook: PlainDialect()
        }
    }
}
