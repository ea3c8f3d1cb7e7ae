internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Promotion

/// `imagefactory channels list`, which `imagefactory channels` is short for.
struct ChannelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Shows what each channel holds: the version, since when, by whom, its evidence, what changed.",
        discussion: """
            Only good tags count. A channel whose chain of tags is broken, forked or disputed is shown as unknown: what it \
            holds cannot be told until that is resolved.
            """)

    @Argument(help: "A template or a series; without it, all of them.")
    var name: String?

    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let reading = try await ledger.read(name)
        let report = ChannelsReport(reading)
        ChannelsCommand.warn(of: reading)
        guard ledger.global.format == .text else { return try Talk.result(json: report) }
        guard !report.channels.isEmpty else { return Talk.say("no channel holds anything yet") }
        let head = ["SERIES", "TEMPLATE", "CHANNEL", "VERSION", "SINCE (UTC)", "AGE", "BY", "EVIDENCE", "CHANGE"]
        let rows = report.channels.map { Self.row($0, now: Date()) }
        for line in TextTable.lines([head] + rows) { Talk.result(line) }
    }

    private static func row(_ state: ChannelsReport.State, now: Date) -> [String] {
        guard let version = state.version, let since = state.since else {
            return [
                state.series, state.template ?? "-", state.channel, "unknown", "-", "-", "-", "-",
                "its tags are disputed; see 'channels verify'",
            ].map { TerminalText.plain($0) }
        }
        return [
            state.series, state.template ?? "-", state.channel, version, since.moment, since.age(at: now),
            state.signer ?? state.tagger ?? "-",
            state.unverified == true ? "UNVERIFIED" : state.evidence?.short ?? "-", change(state),
        ].map { TerminalText.plain($0) }
    }

    private static func change(_ state: ChannelsReport.State) -> String {
        let step = "\(state.previousVersion ?? "nothing") -> \(state.version ?? "nothing")"
        let kind = state.rollsBack == nil ? "" : "rollback "
        guard let revoked = state.revoked else { return kind + step }
        return "REVOKED by \(revoked.by): \(revoked.reason) (\(kind)\(step))"
    }
}

extension Date {
    /// The time as tables show it, in UTC: `2026-11-23 04:45`.
    var moment: String {
        let text = formatted(.iso8601.year().month().day().dateSeparator(.dash).time(includingFractionalSeconds: false))
        return String(text.replacing("T", with: " ").prefix(16))
    }

    /// How long ago it was, in the largest unit that it has one of: `3d`, `5h`, `12m`, `40s`.
    func age(at now: Date) -> String {
        let seconds = max(0, Int(now.timeIntervalSince(self)))
        for (unit, length) in [("d", 86400), ("h", 3600), ("m", 60)] where seconds >= length {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
