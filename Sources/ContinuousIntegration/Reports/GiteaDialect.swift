internal import HostSystem

/// The log of Gitea Actions. Its runner knows GitHub's commands, but shows an annotation as a line of the log, as it was
/// written; so the first line of a message is one, and the others follow as text.
package struct GiteaDialect: ReportDialect {
    private let github = GitHubDialect()

    /// The dialect.
    package init() {}

    package func opening(_ group: String, at time: Int) -> [String] { github.opening(group, at: time) }

    package func closing(_ group: String, at time: Int) -> [String] { github.closing(group, at: time) }

    package func line(_ text: String) -> String { github.line(text) }

    package func annotation(_ annotation: Annotation) -> [String] {
        let lines = plainLines(of: annotation.message)
        return [GitHubDialect.command(annotation, message: lines[0])] + lines.dropFirst().map(GitHubDialect.harmless)
    }
}
