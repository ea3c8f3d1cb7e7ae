internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Promotion

/// `imagefactory log`: the change record of a template.
struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows the change record of a template: who did what, when and why, the newest first.",
        discussion: "Only good tags are in it; 'imagefactory channels verify' says what is wrong with others.")

    @Argument(help: "A template or a series.")
    var name: String

    @OptionGroup var ledger: LedgerOptions

    func run() async throws {
        let reading = try await ledger.read(name)
        let changes = reading.series.flatMap(ChangeRecord.all).sorted { $0.when > $1.when }
        ChannelsCommand.warn(of: reading)
        guard ledger.global.format == .text else { return try Talk.result(json: changes) }
        let rows = changes.map { [$0.when.moment, $0.signer ?? $0.tagger, $0.what, $0.why ?? ""] }
        for line in TextTable.lines(
            [["WHEN (UTC)", "WHO", "WHAT", "WHY"]] + rows.map { $0.map { TerminalText.plain($0) } })
        {
            Talk.result(line)
        }
    }
}

/// One change, as a tag records it.
struct ChangeRecord: Encodable {
    /// When.
    let when: Date
    /// Who made the tag, as it says.
    let tagger: String
    /// Who signed it; nil where nobody is asked to.
    let signer: String?
    /// What was done, in words.
    let what: String
    /// Why, where somebody said it.
    let why: String?
    /// The tag.
    let tag: String
    /// The tag object.
    let id: String
    /// The commit that it points to.
    let commit: String
    /// The bytes that it is about; nil for a request.
    let release: String?

    private enum CodingKeys: String, CodingKey {
        case when, tagger, signer, what, why, tag, id, commit
        case release = "release-digest"
    }

    private init(_ tag: LedgerTag, _ what: String, why: String? = nil, of release: ReleaseIdentity? = nil) {
        when = tag.date
        tagger = tag.tagger
        signer = tag.signer
        self.what = what
        self.why = why
        self.tag = "\(tag.name)"
        id = tag.id.hex
        commit = tag.commit.hex
        self.release = release?.release.hex
    }

    /// All changes of a series.
    static func all(of ledger: SeriesLedger) -> [ChangeRecord] {
        let requests = ledger.requests.map { ChangeRecord($0.tag, "asked for a build of \($0.tag.name.version)") }
        let placements = ledger.channels.values.joined().map { placement in
            let (version, channel) = (placement.release.version, placement.channel.rawValue)
            let what =
                placement.rollsBack.map { "rolled \(channel) back to \(version), undoing \($0)" }
                ?? "put \(version) into \(channel)"
            let doubt = placement.isUnverified ? ", without a look at its evidence" : ""
            return ChangeRecord(placement.tag, what + doubt, why: placement.reason, of: placement.release)
        }
        let approvals = ledger.approvals.map {
            ChangeRecord($0.tag, "approved \($0.release.version) for \($0.channel.rawValue)", of: $0.release)
        }
        let revocations = ledger.revocations.map {
            ChangeRecord($0.tag, "revoked \($0.release.version)", why: $0.reason, of: $0.release)
        }
        return requests + placements + approvals + revocations
    }
}
