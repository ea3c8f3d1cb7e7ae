internal import ArgumentParser
internal import Attestation
internal import Promotion

/// `imagefactory approve`: agreement to a promotion.
struct Approve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Agrees to the promotion of a release, by a signed tag over its digests.",
        discussion: """
            How many must agree, and who may, is said in pipelines/promotion.yaml. An agreement is to one promotion: what \
            left a channel and comes back needs it anew.
            """)

    @Argument(help: "The template's name, or that of its series.")
    var name: String

    @Argument(help: "The version, such as v1.2.0.")
    var version: String

    @Option(name: .customLong("for"), help: "The channel that the release may enter: staging or prod.")
    var channel: Channel

    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try VersionArgument.check(version)
    }

    func run() async throws {
        let place = try await LedgerPlace(global)
        let (series, _) = try place.series(named: name)
        let approval = ApproveRelease(
            at: try await ledger.desk(place, global), series: series, version: version, for: channel)
        let (tag, isNew) = try await approval.run()
        try TagReport.print(
            tag, isNew: isNew, global.format,
            saying: "\(series) \(version) is approved for \(channel.rawValue)"
                + (isNew ? "" : " already") + " by \(tag.author)")
    }
}
