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

    /// Publishes the release's own tag at once, and then those of what was built on it, all of them or none: to find these,
    /// every release's provenance is looked at, which takes long where a server with releases does not answer.
    ///
    /// - Throws: ``PromotionError``, ``LedgerChangeError``, ``LedgerRefsError``; ``HalfRevokedError`` where the release's own
    ///   tag is out, and what was built on it not.
    package func run() async throws -> Outcome {
        let own = try await untilNobodyIsFaster { try await revokeItself() }
        do {
            return try await untilNobodyIsFaster { try await revokeDescendants(after: own) }
        } catch let error where !(error is CancellationError) {
            throw HalfRevokedError(series: series, version: version, cause: error)
        }
    }

    private func untilNobodyIsFaster<Result>(_ act: () async throws -> Result) async throws -> Result {
        for _ in 1..<Self.attempts {
            do {
                return try await act()
            } catch LedgerChangeError.overtaken { continue }
        }
        return try await act()
    }

    private func open() async throws -> (change: LedgerChange, placement: Placement) {
        let change = try await desk.open(nil)
        guard let placement = change.ledger(series).anyPlacement(of: version) else {
            throw PromotionError.unknown(series, version)
        }
        return (change, placement)
    }

    private func revokeItself() async throws -> [LedgerTag] {
        let (opened, placement) = try await open()
        var change = opened
        let tags = try await write([placement], because: reason, in: &change)
        if !tags.isEmpty { try await change.publish() }
        return tags
    }

    private func revokeDescendants(after own: [LedgerTag]) async throws -> Outcome {
        let (opened, placement) = try await open()
        var change = opened
        let descent = try await Descent(of: placement, in: change.reading.series, searching: search)
        let why = Trailer.shortened("built on \(series) \(version), which was revoked: \(reason)")
        let tags = try await write(descent.descendants, because: why, in: &change)
        if !tags.isEmpty { try await change.publish() }
        let gone = Set(([placement] + descent.descendants).map(\.release))
        let holders = change.reading.series.flatMap { ledger in
            Channel.allCases.compactMap { ledger.current(in: $0) }.filter { gone.contains($0.release) }
        }
        return Outcome(tags: own + tags, unknown: descent.unknown, holders: holders)
    }

    /// Writes the tags of those that nobody took back before.
    private func write(
        _ placements: [Placement], because why: String, in change: inout LedgerChange
    ) async throws -> [LedgerTag] {
        var tags: [LedgerTag] = []
        for fallen in placements {
            let ledger = change.ledger(fallen.tag.name.series)
            guard ledger.revocation(of: fallen.release) == nil else { continue }
            let name = TagName(series: ledger.series, version: fallen.release.version, claim: .revocation)
            tags.append(
                try await change.write(name, at: fallen.tag.commit) { previous in
                    try .revocation(name, of: fallen.release, reason: why, previous: previous)
                })
        }
        return tags
    }
}

/// A release that is taken back, while what was built on it is not.
package struct HalfRevokedError: Error, CustomStringConvertible {
    /// The series.
    let series: String
    /// The version.
    let version: String
    /// What kept the rest from it.
    package let cause: any Error

    package var description: String {
        "\(series) \(version) is taken back, and what was built on it is not yet: run the command again\n\(cause)"
    }
}
