internal import ArgumentParser
internal import Attestation
internal import Promotion

/// `imagefactory rollback`: an older release into a channel again.
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts the release that a channel held before back into it, by a new signed tag.",
        discussion: """
            Nothing is moved or deleted: the tag names what it undoes, and why. It waits for no gate, soak or approval, as \
            the release has been there before; its evidence must still verify. A rollback can be rolled back.
            """)

    @Argument(help: "The template's name, or that of its series.")
    var name: String

    @Option(help: "The channel: dev, staging or prod.")
    var channel: Channel

    @Option(help: "The version to go back to (default: the newest other one that nobody took back).")
    var to: String?

    @Option(help: "Why, in one line.")
    var reason: String

    @OptionGroup var evidence: ReleaseEvidenceOptions
    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let to { try VersionArgument.check(to) }
        try ReasonArgument.check(reason)
    }

    func run() async throws {
        let place = try await LedgerPlace(global)
        let (series, _) = try place.series(named: name)
        let desk = try await ledger.desk(place, global)
        let (tag, undone) = try await evidence.withSearch(place, global) { search in
            var rollback = RollBack(at: desk, series: series, of: channel, reason: reason, searching: search)
            rollback.version = to
            rollback.isUnverified = evidence.unverified
            return try await rollback.run()
        }
        try TagReport.print(
            tag, global.format,
            saying:
                "\(series) \(tag.name.version) is in \(channel.rawValue) again, in place of \(undone.release.version)")
    }
}
