package import Attestation
internal import Foundation
package import HostSystem

/// Carries a release into the next channel, if all that the policy asks for is there.
package struct PromoteRelease: Sendable {
    private let desk: LedgerDesk
    private let series: String
    private let version: String
    private let channel: Channel
    private let search: ReleaseSearch
    /// Whether the release's evidence is not looked at; the tag says so for ever.
    package var isUnverified = false
    /// Why, in one line; `hotfix` marks unplanned work after an incident.
    package var reason: String?
    /// Gives the key that signs what the gates found; it is asked only if there are gates.
    package var summarySigner: @Sendable () async throws -> PrivateKey? = { nil }
    /// Takes lines for people.
    package var report: @Sendable (String) -> Void = { _ in }

    /// A promotion.
    package init(
        at desk: LedgerDesk, series: String, version: String, to channel: Channel, searching search: ReleaseSearch
    ) {
        self.desk = desk
        self.series = series
        self.version = version
        self.channel = channel
        self.search = search
    }

    /// What the promotion needs, and how it stands; nothing is changed.
    ///
    /// - Throws: ``PromotionError`` for a release that is not in the source channel, ``LedgerRefsError``.
    package func explain() async throws -> [Requirement] {
        let change = try await desk.open(series)
        let source = try self.source(in: change.ledger(series))
        return try await review(source, change).requirements
    }

    /// Promotes.
    ///
    /// - Returns: The tag, and whether it is new: a release that the channel holds stays there.
    /// - Throws: ``PromotionError``, ``GateError``, ``ReleaseEvidenceError``, ``ReleaseSearchError``,
    ///   ``LedgerChangeError``, ``LedgerRefsError``.
    package func run() async throws -> (tag: LedgerTag, isNew: Bool) {
        var change = try await desk.open(series)
        let ledger = change.ledger(series)
        let source = try self.source(in: ledger)
        if let tag = placed(source.release, in: ledger) { return (tag, false) }
        let review = try await review(source, change)
        if let fault = review.evidenceFault { throw fault }
        guard review.requirements.allSatisfy({ $0.state != .missing }) else {
            throw PromotionError.missing(source.release, channel, review.requirements.filter { $0.state == .missing })
        }
        let subject = GateSubject(release: source.release, channel: channel, folder: review.verified?.folder)
        var summary: Digest?
        if let record = try await passGates(subject, review.policy) {
            // Gates may run for hours, in which the release may have been promoted by somebody else, or revoked.
            change = try await desk.open(series)
            let now = change.ledger(series)
            if let tag = placed(source.release, in: now) { return (tag, false) }
            if let newest = now.current(in: channel)?.tag, newest.id != ledger.current(in: channel)?.tag.id {
                throw LedgerChangeError.overtaken(newest.name, ref: newest.name.ref)
            }
            let later = try await judgement(on: source, review.policy, change).requirements
            guard later.allSatisfy({ $0.state != .missing }) else {
                throw PromotionError.missing(source.release, channel, later.filter { $0.state == .missing })
            }
            try await change.keep(record, of: subject, in: series)
            summary = record.digest
        }
        let name = change.ledger(series).nextPlacement(of: version, in: channel)
        let tag = try await change.write(name, at: source.tag.commit) { previous in
            try .placement(
                name, of: source.release, previous: previous, reason: reason, verification: summary,
                isUnverified: isUnverified)
        }
        try await change.publish()
        return (tag, true)
    }

    /// The tag by which the channel holds a release; nil if it holds another.
    private func placed(_ release: ReleaseIdentity, in ledger: SeriesLedger) -> LedgerTag? {
        ledger.current(in: channel).flatMap { $0.release == release ? $0.tag : nil }
    }

    /// The release as the channel before has it.
    private func source(in ledger: SeriesLedger) throws -> Placement {
        guard let from = channel.source else { throw PromotionError.noSource(channel) }
        guard let placement = ledger.channels[from]?.last(where: { $0.release.version == version }) else {
            throw PromotionError.notInSource(series, version, from)
        }
        return placement
    }

    /// What was found before any gate runs.
    private struct Review {
        var requirements: [Requirement]
        var policy: PromotionPolicy
        var verified: VerifiedRelease?
        /// Why the evidence does not hold.
        var evidenceFault: (any Error)?
    }

    private func review(_ source: Placement, _ change: LedgerChange) async throws -> Review {
        let policy = try await desk.policy()
        var review = Review(
            requirements: [Requirement("in \(source.channel.rawValue)", .holds, "by \(source.tag.name)")],
            policy: policy)
        let judgement = try await judgement(on: source, policy, change)
        try await verifyEvidence(of: source.release, policy[channel], &review)
        review.requirements += judgement.requirements
        review.requirements += policy[channel].gates.map {
            Requirement("gate \($0.name)", .pending, "is run by the promotion, for at most \($0.timeout.inWords)")
        }
        return review
    }

    private func judgement(
        on source: Placement, _ policy: PromotionPolicy, _ change: LedgerChange
    ) async throws -> PromotionJudgement {
        PromotionJudgement(
            ledger: change.ledger(series), release: source.release, channel: channel, policy: policy[channel],
            promoter: try await change.author(of: source.tag.commit), now: Date())
    }

    private func verifyEvidence(
        of release: ReleaseIdentity, _ policy: ChannelPolicy, _ review: inout Review
    ) async throws {
        guard !isUnverified else {
            review.requirements.append(Requirement("evidence", .holds, "is not looked at, and the tag will say so"))
            return
        }
        do {
            let verified = try await search.verify(release, requiring: policy.evidence)
            let signers = verified.signers.joined(separator: ", ")
            review.verified = verified
            review.requirements.append(Requirement("evidence", .holds, "of \(verified.folder), signed by \(signers)"))
        } catch let error as CancellationError {
            throw error
        } catch {
            review.evidenceFault = error
            review.requirements.append(Requirement("evidence", .missing, "\(error)"))
        }
    }

    /// Runs the gates and keeps what they found, also where they do not let the release through.
    ///
    /// - Returns: The record, still to be kept; nil where there are no gates.
    private func passGates(_ subject: GateSubject, _ policy: PromotionPolicy) async throws -> SummaryRecord? {
        let gates = policy[channel].gates
        guard !gates.isEmpty else { return nil }
        let signer = try await summarySigner()
        let run = GateRun(gates: gates, subject: subject, folder: desk.repository.folder, report: report)
        let (checks, failure) = try await run.run()
        let record = try SummaryRecord(of: checks, subject: subject, policy: policy, signer: signer, now: Date())
        guard let failure else { return record }
        let ref = try await publish(record, of: subject)
        throw GateError(gate: failure.gate, release: subject.release, reason: failure.reason, record: ref)
    }

    /// Publishes a record alone. Somebody else may have taken its number meanwhile, and then it gets the next.
    private func publish(_ record: SummaryRecord, of subject: GateSubject) async throws -> String {
        for _ in 1..<10 {
            var change = try await desk.open(series)
            let ref = try await change.keep(record, of: subject, in: series)
            do {
                try await change.publish()
                return ref
            } catch LedgerChangeError.overtaken { continue }
        }
        throw PromotionError.unrecorded(subject.release)
    }
}
