package import Attestation
internal import HostSystem

/// Puts an older release back into a channel, by a new tag that names what it undoes.
///
/// It waits for no gate, no soak and no approval: the release has been there before. Its evidence must still verify.
package struct RollBack: Sendable {
    private let desk: LedgerDesk
    private let series: String
    private let channel: Channel
    private let reason: String
    private let search: ReleaseSearch
    /// The version to go back to; nil for the one that was there before.
    package var version: String?
    /// Whether the release's evidence is not looked at; the tag says so for ever.
    package var isUnverified = false

    /// A rollback.
    package init(
        at desk: LedgerDesk, series: String, of channel: Channel, reason: String, searching search: ReleaseSearch
    ) {
        self.desk = desk
        self.series = series
        self.channel = channel
        self.reason = reason
        self.search = search
    }

    /// Writes and publishes the tag.
    ///
    /// - Returns: The tag, and the placement that it undoes.
    /// - Throws: ``PromotionError``, ``ReleaseEvidenceError``, ``ReleaseSearchError``, ``LedgerChangeError``,
    ///   ``LedgerRefsError``.
    package func run() async throws -> (tag: LedgerTag, undone: Placement) {
        var change = try await desk.open(series)
        let ledger = change.ledger(series)
        guard let current = ledger.current(in: channel) else { throw PromotionError.nothingBefore(series, channel) }
        let target = try self.target(in: ledger, current)
        let policy = try await desk.policy()[channel]
        let author = try await change.author(of: target.tag.commit)
        if let right = PromotionJudgement.right(of: author, by: policy), right.state == .missing {
            throw PromotionError.missing(target.release, channel, [right])
        }
        if !isUnverified { _ = try await search.verify(target.release, requiring: policy.evidence) }
        let name = ledger.nextPlacement(of: target.release.version, in: channel)
        let tag = try await change.write(name, at: target.tag.commit) { previous in
            try .placement(
                name, of: target.release, previous: previous, rollsBack: current.tag.name, reason: reason,
                isUnverified: isUnverified)
        }
        try await change.publish()
        return (tag, current)
    }

    /// Where to go back to: the version that was asked for, else the newest other one that nobody took back.
    private func target(in ledger: SeriesLedger, _ current: Placement) throws -> Placement {
        let earlier = (ledger.channels[channel] ?? []).dropLast()
        guard let version else {
            let target = earlier.last { $0.release != current.release && ledger.revocation(of: $0.release) == nil }
            guard let target else { throw PromotionError.nothingBefore(series, channel) }
            return target
        }
        guard current.release.version != version else { throw PromotionError.current(series, version, channel) }
        guard let target = earlier.last(where: { $0.release.version == version }) else {
            throw PromotionError.neverIn(series, version, channel)
        }
        if let revocation = ledger.revocation(of: target.release) { throw PromotionError.revoked(revocation) }
        return target
    }
}
