package import Attestation

/// All good tags of one series.
package struct SeriesLedger: Sendable {
    /// The series.
    package let series: String
    /// The tags that ask for builds, oldest first.
    package var requests: [BuildRequest] = []
    /// The placements of each channel along their chain, oldest first: the last one is what the channel holds.
    package var channels: [Channel: [Placement]] = [:]
    /// The approvals, oldest first.
    package var approvals: [Approval] = []
    /// The revocations, oldest first.
    package var revocations: [Revocation] = []

    /// An empty ledger of `series`.
    package init(series: String) {
        self.series = series
    }

    /// What a channel holds; nil while it is empty.
    package func current(in channel: Channel) -> Placement? {
        channels[channel]?.last
    }

    /// The revocation of a release; nil for one that may be used.
    package func revocation(of release: ReleaseIdentity) -> Revocation? {
        revocations.first { $0.release.release == release.release }
    }
}
