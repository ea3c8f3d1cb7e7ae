package import Attestation

/// Agrees to a promotion: the tag `golden/v1.2.0-prod-approved.N`, over the release's digests.
package struct ApproveRelease: Sendable {
    private let desk: LedgerDesk
    private let series: String
    private let version: String
    private let channel: Channel

    /// How often somebody else may be faster; approvals do not stand against one another.
    private static let attempts = 20

    /// An approval.
    package init(at desk: LedgerDesk, series: String, version: String, for channel: Channel) {
        self.desk = desk
        self.series = series
        self.version = version
        self.channel = channel
    }

    /// Writes and publishes the tag.
    ///
    /// - Returns: The tag, and whether it is new: who agreed already need not agree again.
    /// - Throws: ``PromotionError``, ``LedgerChangeError``, ``LedgerRefsError``.
    package func run() async throws -> (tag: LedgerTag, isNew: Bool) {
        guard channel.source != nil else { throw PromotionError.noSource(channel) }
        for _ in 1..<Self.attempts {
            do {
                return try await approve()
            } catch LedgerChangeError.overtaken { continue }
        }
        return try await approve()
    }

    private func approve() async throws -> (tag: LedgerTag, isNew: Bool) {
        var change = try await desk.open(series)
        let ledger = change.ledger(series)
        guard let placement = ledger.anyPlacement(of: version) else { throw PromotionError.unknown(series, version) }
        if let revocation = ledger.revocation(of: placement.release) { throw PromotionError.revoked(revocation) }
        let policy = try await desk.policy()[channel]
        let author = try await change.author(of: placement.tag.commit)
        if let approvers = policy.approvers, !(author.map(approvers.contains) ?? false) {
            throw PromotionError.notApprover(author, channel, approvers)
        }
        let entry = ledger.channels[channel]?.last { $0.release == placement.release }
        let earlier = ledger.approvals.last { approval in
            approval.channel == channel && approval.release == placement.release && approval.tag.signer == author
                && entry.map { approval.tag.date > $0.tag.date } ?? true
        }
        if let earlier, author != nil { return (earlier.tag, false) }
        let name = ledger.nextApproval(of: version, for: channel)
        let tag = try await change.write(name, at: placement.tag.commit) { previous in
            try .approval(name, of: placement.release, previous: previous)
        }
        try await change.publish()
        return (tag, true)
    }
}
