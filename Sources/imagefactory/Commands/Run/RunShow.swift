internal import ArgumentParser
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// `imagefactory run show`
struct RunShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a run: its stages with their times, the cause of a failure and what to do, logs, digests.")

    @OptionGroup var argument: RunArgument

    @Option(help: "Also write a picture of its running machine's screen to this file, as 'run screenshot' does.")
    var screenshot: String?

    func run() async throws {
        let run = try await argument.load()
        var picture: Screenshot?
        if let screenshot { picture = try await Screenshot.take(of: run, to: FilePath(screenshot)) }
        guard argument.global.format == .text else {
            return try Talk.result(json: Result(run: RunReport(run), screenshot: picture))
        }
        for line in Self.lines(run) { Talk.result(line) }
        if let picture { Talk.result("screen    \(picture.path)") }
    }

    /// The run and, if one was asked for, the picture, in one JSON object.
    private struct Result: Encodable {
        let run: RunReport
        let screenshot: Screenshot?

        private enum CodingKeys: String, CodingKey {
            case screenshot
        }

        func encode(to encoder: any Encoder) throws {
            try run.encode(to: encoder)
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encodeIfPresent(screenshot, forKey: .screenshot)
        }
    }

    /// The run for people.
    static func lines(_ run: RecordedRun) -> [String] {
        let summary = run.summary
        var facts = [
            ["run", summary.id], ["template", summary.template],
            ["started", RunReport.moment(summary.started) + " UTC"], ["outcome", outcome(run)],
        ]
        if let host = summary.origin?.host {
            let accelerator = summary.accelerator.map { ", \($0)" } ?? ""
            facts.append([
                "host",
                "\(host.name), Linux \(host.kernel), \(host.cores) cores, \(ByteCount(host.memory))\(accelerator)",
            ])
        }
        if let origin = summary.origin {
            facts.append(["factory", "imagefactory \(origin.version), process \(origin.process)"])
        }
        let stages =
            summary.stages.isEmpty ? [] : [""] + TextTable.lines(summary.stages.map { row($0, of: run) }) + [""]
        return TextTable.lines(facts) + stages + failure(summary) + TextTable.lines(places(run))
    }

    private static func outcome(_ run: RecordedRun) -> String {
        let time = run.time.map(StageList.time)
        return switch run.status {
        case .running: "running for \(time ?? "a while")"
        case .abandoned:
            "abandoned: its process went away without a word; "
                + (run.summary.outcome == .abandoned
                    ? "a later run has cleared away what it left" : "the next build clears away what it left")
        case .done, .failed, .interrupted: run.status.rawValue + (time.map { " after \($0)" } ?? "")
        }
    }

    private static func row(_ stage: RunSummary.Stage, of run: RecordedRun) -> [String] {
        let action =
            switch stage.action {
            case nil: "not reached"
            case .run where stage.failure != nil: "failed"
            case .run where stage.seconds == nil: run.status == .running ? "running" : "stopped"
            case .run: "done"
            case .cached: "stored"
            case .notNeeded: "not needed"
            }
        let began = stage.started.map { String(RunReport.moment($0).suffix(8)) } ?? ""
        return [stage.name, action, began, stage.seconds.map(StageList.time) ?? "", stage.key?.short ?? ""]
    }

    /// Why it failed, what shows it and what to do.
    private static func failure(_ summary: RunSummary) -> [String] {
        guard let (stage, reason) = summary.failure else { return [] }
        guard let cause = reason.cause else {
            let lines = reason.message.split(whereSeparator: \.isNewline)
            return lines.map { "\(stage): \(TerminalText.plain($0))" } + [""]
        }
        let evidence = reason.evidence.map { "          > \(TerminalText.plain($0))" }
        return ["cause     \(reason.headline)\(reason.headline.contains(cause) ? "" : " [\(cause)]")"] + evidence
            + ["next      \(reason.advice ?? "")", ""]
    }

    private static func places(_ run: RecordedRun) -> [[String]] {
        var rows: [[String]] = []
        if let release = run.summary.release {
            rows.append(["release", release.path])
            if let digest = release.digest { rows.append(["digest", digest.description]) }
        }
        for stage in run.summary.stages {
            for (name, digest) in stage.made.sorted(by: { $0.key < $1.key }) {
                rows.append(["made", "\(name)  \(digest)"])
            }
        }
        if let folder = run.folder {
            rows.append(["logs", folder.logs.string])
            if !folder.bundle.folderEntries.isEmpty { rows.append(["bundle", folder.bundle.string]) }
        } else {
            rows.append(["logs", "its folder was removed"])
        }
        return rows.map { [$0[0].padded(to: 8), $0[1]] }
    }
}
