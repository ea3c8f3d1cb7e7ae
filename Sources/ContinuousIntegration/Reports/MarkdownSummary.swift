internal import HostSystem
internal import Pipeline

/// What became of a build, as Markdown for the page of a job.
package struct MarkdownSummary {
    private let record: BuildRecord
    private let placement: String?

    /// The most lines of a failure's message that are shown; the log has them all.
    private static let mostLines = 40

    /// The summary of a build.
    ///
    /// - Parameter placement: The tag that put the release into the dev channel; nil where there is none.
    package init(_ record: BuildRecord, placement: String?) {
        self.record = record
        self.placement = placement
    }

    /// The Markdown.
    package var text: String {
        var lines = ["### \(Self.escaped(record.template)) \(Self.escaped(record.version))", ""]
        lines += ["| stage | result | time |", "|---|---|---|"]
        lines += record.stages.map(Self.row)
        lines.append("")
        for stage in record.stages {
            guard case .failed(_, let failure) = stage.outcome else { continue }
            let cause = failure.cause.map { " (\(Self.escaped($0)))" } ?? ""
            lines += ["**\(Self.escaped(stage.name)) failed**\(cause)", ""]
            lines += failure.message.split(whereSeparator: \.isNewline).prefix(Self.mostLines)
                .map { "> \(Self.escaped($0))  " }
            lines.append("")
        }
        if let release = record.release {
            lines.append("The release is in \(Self.escaped(release.path)).  ")
            if let digest = release.digest { lines.append("Its digest is `\(digest)`.  ") }
            if let placement { lines.append("\(Self.escaped(placement)) puts it into dev.  ") }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ stage: BuildRecord.Stage) -> String {
        let (result, seconds): (String, Double?) =
            switch stage.outcome {
            case .done(let seconds): ("done", seconds)
            case .failed(let seconds, _): ("**failed**", seconds)
            case .stored: ("stored", nil)
            case .notNeeded: ("not needed", nil)
            case .unfinished: ("not reached", nil)
            }
        return "| \(escaped(stage.name)) | \(result) | \(seconds.map { Duration.seconds($0).brief } ?? "") |"
    }

    /// A text of one line that Markdown, and the HTML in it, shows as it is.
    private static func escaped(_ text: some StringProtocol) -> String {
        TerminalText.plain(text).reduce(into: "") { result, character in
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            // A mention or a link would be made of a plain one.
            case "@": result += "&#64;"
            case ":": result += "&#58;"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "!", "|", "~", "$", "=", "^":
                result += "\\\(character)"
            default: result.append(character)
            }
        }
    }
}
