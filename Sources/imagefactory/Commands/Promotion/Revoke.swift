internal import ArgumentParser
internal import Attestation
internal import Promotion

/// `imagefactory revoke`: a release that nobody may use any more.
struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes a release back for every channel, and with it those that were built on it.",
        discussion: """
            A release was built on another one if its provenance names an image of it, or its manifest, by digest. \
            Provenance is read where releases are found: in the output folder and the places under 'releases:'. What \
            cannot be read there is named, so that somebody looks at it. Channels stay as they are.
            """)

    @Argument(help: "The template's name, or that of its series.")
    var name: String

    @Argument(help: "The version, such as v1.2.0.")
    var version: String

    @Option(help: "Why, in one line.")
    var reason: String

    @Option(help: "The folder for releases (default: output/ beside templates/).")
    var output: String?

    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try VersionArgument.check(version)
        try ReasonArgument.check(reason)
    }

    func run() async throws {
        let place = try await LedgerPlace(global)
        let (series, _) = try place.series(named: name)
        let desk = try await ledger.desk(place, global)
        let outcome = try await place.withSearch(output, global) { search in
            try await RevokeRelease(
                at: desk, series: series, version: version, reason: reason, searching: search
            ).run()
        }
        if outcome.tags.isEmpty {
            Talk.say("\(series) \(version) was taken back already, with all that is built on it")
        }
        for tag in outcome.tags { Talk.say("\(tag.name.series) \(tag.name.version) is taken back") }
        for release in outcome.unknown {
            Talk.warn("nobody can tell whether \(release.template) \(release.version) was built on it: it is not here")
        }
        for holder in outcome.holders {
            let series = holder.tag.name.series
            Talk.warn("\(holder.channel.rawValue) of \(series) still holds \(holder.release.version); roll it back")
        }
        guard global.format == .json else {
            return outcome.tags.forEach { Talk.result($0.name.description) }
        }
        try Talk.result(json: outcome.tags.map { TagReport($0) })
    }
}
