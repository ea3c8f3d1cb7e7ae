import Attestation
import Foundation
import HostSystem

@testable import Promotion

/// A ledger as a test tells it, tag by tag; times are in hours after the story's beginning.
struct LedgerStory {
    /// When the story begins.
    static let start = Date(timeIntervalSince1970: 1_767_225_600)

    /// The ledger so far.
    private(set) var ledger: SeriesLedger
    private var count = 0

    init(series: String = "golden") {
        ledger = SeriesLedger(series: series)
    }

    static func date(_ hours: Double) -> Date { start.addingTimeInterval((hours * 3600).rounded()) }

    /// The id of the commit with a number.
    static func commit(_ number: Int) -> ObjectID {
        let hex = String(repeating: "0", count: 32) + String(format: "%08x", number)
        guard let id = ObjectID(hex) else { preconditionFailure("\(hex) is no id") }
        return id
    }

    /// Puts a version into a channel.
    @discardableResult
    mutating func place(
        _ version: String, at hours: Double, in channel: Channel = .prod, commit: Int = 0, rollsBack: TagName? = nil,
        reason: String? = nil
    ) -> TagName {
        let placements = ledger.channels[channel] ?? []
        let turn = 1 + placements.count { $0.release.version == version }
        let tag = tag(version, .placement(channel, turn: turn), at: hours, commit: commit)
        let placement = Placement(
            tag: tag, channel: channel, release: release(version), previous: placements.last?.tag.id,
            rollsBack: rollsBack, reason: reason)
        ledger.channels[channel] = placements + [placement]
        return tag.name
    }

    /// Undoes what a channel holds.
    @discardableResult
    mutating func rollBack(to version: String, at hours: Double, in channel: Channel = .prod, commit: Int = 0)
        -> TagName
    {
        place(
            version, at: hours, in: channel, commit: commit, rollsBack: ledger.channels[channel]?.last?.tag.name,
            reason: "it does not boot")
    }

    mutating func revoke(_ version: String, at hours: Double) {
        let tag = tag(version, .revocation, at: hours, commit: 0)
        ledger.revocations.append(Revocation(tag: tag, release: release(version), reason: "a bad key"))
    }

    private mutating func tag(_ version: String, _ claim: TagName.Claim, at hours: Double, commit: Int) -> LedgerTag {
        count += 1
        return LedgerTag(
            name: TagName(series: ledger.series, version: version, claim: claim), id: Self.commit(1_000_000 + count),
            commit: Self.commit(commit), tagger: "Ada Example <ada@example.org>", date: Self.date(hours), signer: nil)
    }

    private func release(_ version: String) -> ReleaseIdentity {
        let digest = Digest.of("\(ledger.series) \(version)")
        return ReleaseIdentity(
            template: "golden-centos9", version: version, release: digest, evidence: digest, images: [:])
    }
}

extension LedgerStory {
    /// The history of a channel.
    func history(in channel: Channel = .prod, commits: CommitHistory = CommitHistory(numbered: [])) -> DeploymentHistory
    {
        DeploymentHistory(of: ledger, in: channel, commits: commits)
    }

    /// The metrics of the first 28 days.
    func metrics(in channel: Channel = .prod, commits: CommitHistory = CommitHistory(numbered: [])) -> DeliveryMetrics {
        DeliveryMetrics(of: history(in: channel, commits: commits), in: Self.start...Self.date(28 * 24))
    }
}

extension CommitHistory {
    /// A history of numbered commits with the hours at which they were made.
    init(numbered commits: [(number: Int, hours: Double, parents: [Int])]) {
        self.init(
            commits.map {
                (LedgerStory.commit($0.number), LedgerStory.date($0.hours), $0.parents.map(LedgerStory.commit))
            })
    }
}

extension Duration {
    /// Whole hours.
    static func hours(_ hours: Double) -> Duration { .seconds(Int64((hours * 3600).rounded())) }
}
