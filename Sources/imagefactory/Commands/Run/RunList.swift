internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Pipeline

/// `imagefactory run list`
struct RunList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists runs, the newest first: when, how they ended, how long they took, why.")

    @Option(help: "Only the runs of this template.")
    var template: String?

    @Option(help: "How many runs, at most.")
    var limit = 20

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit \(limit) is not a number from 1 on.") }
    }

    func run() async throws {
        let runs = try await global.runBook().runs(of: template, limit: limit)
        guard global.format == .text else { return try Talk.result(json: runs.map { RunReport($0) }) }
        guard !runs.isEmpty else { return Talk.say("there is no run yet") }
        let rows = runs.map { run in
            let summary = run.summary
            return [
                summary.id, summary.template, RunReport.moment(summary.started), run.status.rawValue,
                run.time.map(StageList.time) ?? "", Self.remark(run),
            ]
        }
        let head = ["RUN", "TEMPLATE", "STARTED (UTC)", "OUTCOME", "TIME", "CAUSE OR RELEASE"]
        for line in TextTable.lines([head] + rows) { Talk.result(line) }
    }

    /// Why the run failed, what it published, or where it is.
    private static func remark(_ run: RecordedRun) -> String {
        if let (stage, reason) = run.summary.failure { return "\(reason.cause ?? reason.headline) (\(stage))" }
        if let release = run.summary.release { return release.path }
        return run.summary.stages.last { $0.action == .run && $0.seconds == nil }.map { "at \($0.name)" } ?? ""
    }
}

extension RecordedRun {
    /// How many seconds it took, or has taken so far; nil if nobody knows when it ended.
    var time: Double? {
        guard status == .running else { return summary.seconds }
        return RunReport.date(summary.started).map { Date().timeIntervalSince($0) }
    }
}

extension StageFailure {
    /// What went wrong, in one line that a terminal shows as text.
    var headline: String { TerminalText.plain(message.split(whereSeparator: \.isNewline).first ?? "") }
}
