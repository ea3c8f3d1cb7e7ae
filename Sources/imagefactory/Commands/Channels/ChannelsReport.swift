internal import Attestation
internal import Foundation
internal import HostSystem
internal import Promotion

/// What the channels hold, for people and for programs.
struct ChannelsReport: Encodable {
    /// What one channel holds.
    struct State: Encodable {
        /// The series.
        let series: String
        /// Its template; nil where no good tag says.
        let template: String?
        /// The channel.
        let channel: String
        /// Whether its tags can be trusted; the other facts are not there if they cannot.
        let usable: Bool
        /// The version.
        var version: String?
        /// The tag that put it there.
        var tag: String?
        /// Since when, as the tag says.
        var since: Date?
        /// Who made the tag, as it says.
        var tagger: String?
        /// Who signed it; nil where nobody is asked to.
        var signer: String?
        /// The digest of the release's manifest.
        var release: Digest?
        /// The digest of its checksums.
        var evidence: Digest?
        /// Whether somebody put it there without a look at its evidence.
        var unverified: Bool?
        /// The version that was there before.
        var previousVersion: String?
        /// The tag that a rollback undid.
        var rollsBack: String?
        /// Why it was put there, where somebody said it.
        var reason: String?
        /// Who took the release back, and why.
        var revoked: Withdrawal?

        private enum CodingKeys: String, CodingKey {
            case series, template, channel, usable, version, tag, since, tagger, signer, reason, revoked, unverified
            case release = "release-digest"
            case evidence = "evidence-digest"
            case previousVersion = "previous-version"
            case rollsBack = "rolls-back"
        }
    }

    /// A revocation.
    struct Withdrawal: Encodable {
        /// Who.
        let by: String
        /// Why.
        let reason: String
        /// When.
        let since: Date
    }

    /// Whether tags must be signed by allowed signers.
    let signed: Bool
    /// The channels, by series, dev first.
    let channels: [State]
    /// What is wrong.
    let problems: [LedgerProblem]

    /// The report on a reading.
    init(_ reading: LedgerReading) {
        signed = reading.signers.areSignaturesRequired
        problems = reading.problems
        let disputed = Set(reading.problems.compactMap(\.chain))
        let series = Set(reading.series.map(\.series)).union(disputed.map(\.series))
        channels = series.sorted().flatMap { name in
            let ledger = reading[name] ?? SeriesLedger(series: name)
            return Channel.allCases.compactMap { channel in
                if let placement = ledger.current(in: channel) { return Self.state(placement, ledger) }
                guard disputed.contains(LedgerChain(series: name, kind: .channel(channel))) else { return nil }
                return State(series: name, template: ledger.template, channel: channel.rawValue, usable: false)
            }
        }
    }

    private static func state(_ placement: Placement, _ ledger: SeriesLedger) -> State {
        let before = ledger.channels[placement.channel]?.dropLast().last
        return State(
            series: ledger.series, template: placement.release.template, channel: placement.channel.rawValue,
            usable: true, version: placement.release.version, tag: "\(placement.tag.name)", since: placement.tag.date,
            tagger: placement.tag.tagger, signer: placement.tag.signer, release: placement.release.release,
            evidence: placement.release.evidence, unverified: placement.isUnverified,
            previousVersion: before?.release.version,
            rollsBack: placement.rollsBack.map { "\($0)" }, reason: placement.reason,
            revoked: ledger.revocation(of: placement.release).map { revocation in
                Withdrawal(
                    by: revocation.tag.signer ?? revocation.tag.tagger, reason: revocation.reason,
                    since: revocation.tag.date)
            })
    }
}
