internal import Attestation
internal import HostSystem

/// Takes a release back, and with it the releases that were built on it: nobody may use them any more.
///
/// Channels stay as they are; what they hold is to be rolled back or replaced.
package struct RevokeRelease: Sendable {
    /// What came of it.
    package struct Outcome: Sendable {
        /// The tags; that of the release itself is the first, unless it was revoked before.
        package let tags: [LedgerTag]
        /// The releases of which nobody can tell whether they were built on it, as their provenance is not here.
        package let unknown: [ReleaseIdentity]
        /// The channels that still hold one of those that were taken back.
        package let holders: [Placement]
    }

    private let desk: LedgerDesk
    private let series: String
    private let version: String
    private let reason: String
    private let search: ReleaseSearch

    /// How often somebody else may be faster; to take something back is never against anybody.
    private static let attempts = 20

    /// A revocation.
    package init(
        at desk: LedgerDesk, series: String, version: String, reason: String, searching search: ReleaseSearch
    ) {
        self.desk = desk
        self.series = series
        self.version = version
        self.reason = reason
        self.search = search
    }

    /// Writes and publishes the tags, all of them or none.
    ///
    /// - Throws: ``PromotionError``, ``LedgerChangeError``, ``LedgerRefsError``.
    package func run() async throws -> Outcome {
        for _ in 1..<Self.attempts {
            do {
                return try await revoke()
            } catch LedgerChangeError.overtaken { continue }
        }
        return try await revoke()
    }

    private func revoke() async throws -> Outcome {
        var change = try await desk.open(nil)
        guard let placement = change.ledger(series).anyPlacement(of: version) else {
            throw PromotionError.unknown(series, version)
        }
        let descent = try await Descent(of: placement, in: change.reading.series, searching: search)
        var tags: [LedgerTag] = []
        for fallen in [placement] + descent.descendants {
            let ledger = change.ledger(fallen.tag.name.series)
            guard ledger.revocation(of: fallen.release) == nil else { continue }
            let name = TagName(series: ledger.series, version: fallen.release.version, claim: .revocation)
            let why =
                fallen == placement
                ? reason : Trailer.shortened("built on \(series) \(version), which was revoked: \(reason)")
            tags.append(
                try await change.write(name, at: fallen.tag.commit) { previous in
                    try .revocation(name, of: fallen.release, reason: why, previous: previous)
                })
        }
        if !tags.isEmpty { try await change.publish() }
        let gone = Set(([placement] + descent.descendants).map(\.release))
        let holders = change.reading.series.flatMap { ledger in
            Channel.allCases.compactMap { ledger.current(in: $0) }.filter { gone.contains($0.release) }
        }
        return Outcome(tags: tags, unknown: descent.unknown, holders: holders)
    }
}
