internal import ArgumentParser
internal import Attestation
internal import HostSystem
internal import Promotion

/// `imagefactory promote`: a release into the next channel.
struct Promote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Carries a release's very bytes into staging or prod, by a signed tag.",
        discussion: """
            What it needs is said in pipelines/promotion.yaml of the commit that is checked out: evidence, gates, time in \
            the channel before, approvals, and who may. --explain prints how that stands, and changes nothing.

            The exit code is 65 if the release's evidence does not verify, 1 if something else is missing or a gate \
            fails, and 75 if somebody else promoted meanwhile.
            """)

    @Argument(help: "The template's name, or that of its series.")
    var name: String

    @Argument(help: "The version, such as v1.2.0.")
    var version: String

    @Option(help: "The channel: staging or prod.")
    var to: Channel

    @Flag(help: "Print what is needed and what of it is missing, and change nothing.")
    var explain = false

    @Option(help: "Why, in one line; 'hotfix' marks unplanned work after an incident.")
    var reason: String?

    @OptionGroup var evidence: ReleaseEvidenceOptions
    @OptionGroup var signing: ReleaseSigningOptions
    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try VersionArgument.check(version)
        try ReasonArgument.check(reason)
    }

    func run() async throws {
        let place = try await LedgerPlace(global)
        try await evidence.withSearch(place, global) { try await promote(place, searching: $0) }
    }

    private func promote(_ place: LedgerPlace, searching search: ReleaseSearch) async throws {
        let (series, _) = try place.series(named: name)
        var promotion = PromoteRelease(
            at: try await ledger.desk(place, global), series: series, version: version, to: to, searching: search)
        promotion.isUnverified = evidence.unverified
        promotion.reason = reason
        promotion.summarySigner = { [signing, configuration = try place.configuration] in
            try await signing.signer(configuration)
        }
        promotion.report = { Talk.say($0) }
        guard !explain else { return try print(try await promotion.explain()) }
        let (tag, isNew) = try await promotion.run()
        try TagReport.print(
            tag, isNew: isNew, global.format,
            saying: "\(series) \(version) is in \(to.rawValue)" + (isNew ? " now" : " already, by \(tag.author)"))
    }

    private func print(_ requirements: [Requirement]) throws {
        if global.format == .json {
            try Talk.result(json: requirements)
        } else {
            let rows = requirements.map { [$0.state.rawValue, $0.name, TerminalText.plain($0.detail)] }
            TextTable.lines(rows).forEach(Talk.result)
        }
        guard requirements.allSatisfy({ $0.state != .missing }) else { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}

/// Reasons on a command line.
enum ReasonArgument {
    /// The longest reason, in bytes: it is one line of a tag's message.
    private static let limit = 400

    /// Refuses what is no line of text.
    static func check(_ reason: String?) throws {
        guard let reason else { return }
        let isPlain = TerminalText.plain(reason) == reason && !reason.isEmpty
        guard isPlain, reason.first != " ", reason.last != " ", reason.utf8.count <= limit else {
            throw ValidationError("--reason must be one line of text, of at most \(limit) bytes")
        }
    }
}
