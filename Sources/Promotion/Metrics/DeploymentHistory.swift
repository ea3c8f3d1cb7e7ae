package import Attestation
internal import Foundation
internal import HostSystem

/// The deployments of one series into one channel, oldest first.
package struct DeploymentHistory: Sendable {
    /// The series.
    package let series: String
    /// The channel.
    package let channel: Channel
    /// The deployments, oldest first: the last one is what the channel holds.
    package let deployments: [Deployment]
    /// Whether the channel holds a release that was revoked.
    package let holdsRevoked: Bool

    /// The history of a channel, from the ledger alone and the commits that its tags point to.
    package init(of ledger: SeriesLedger, in channel: Channel, commits: CommitHistory) {
        let placements = ledger.channels[channel] ?? []
        let failures = Self.failures(of: placements, in: ledger)
        let recoveries = Self.recoveries(of: placements, failures: failures)
        let changes = commits.changes(along: placements.map(\.tag.commit))
        self.series = ledger.series
        self.channel = channel
        deployments = placements.indices.map { index in
            let leadTimes = (changes[index] ?? []).compactMap { time(from: $0.date, to: placements[index].tag.date) }
            return Deployment(
                placement: placements[index], leadTimes: leadTimes, hasFailed: failures[index],
                recovery: recoveries[index])
        }
        holdsRevoked = placements.last.map { ledger.revocation(of: $0.release) != nil } ?? false
    }

    private static func failures(of placements: [Placement], in ledger: SeriesLedger) -> [Bool] {
        let undone = Set(placements.compactMap(\.rollsBack))
        let revocations = Dictionary(
            ledger.revocations.map { ($0.release.release, $0.tag.date) }, uniquingKeysWith: min)
        return placements.indices.map { index in
            let placement = placements[index]
            if undone.contains(placement.tag.name) { return true }
            guard let revoked = revocations[placement.release.release] else { return false }
            guard index + 1 < placements.count else { return true }
            return revoked <= placements[index + 1].tag.date
        }
    }

    private static func recoveries(of placements: [Placement], failures: [Bool]) -> [Deployment.Recovery?] {
        var recoveries = [Deployment.Recovery?](repeating: nil, count: placements.count)
        var good: Int?
        for index in placements.indices.reversed() {
            guard failures[index] else {
                good = index
                continue
            }
            guard let good, let time = time(from: placements[index].tag.date, to: placements[good].tag.date) else {
                continue
            }
            recoveries[index] = Deployment.Recovery(time: time, isFinal: good + 1 < placements.count)
        }
        return recoveries
    }
}

/// The time between two moments, in whole seconds; nil if the clocks say that the second was first.
private func time(from start: Date, to end: Date) -> Duration? {
    let seconds = end.timeIntervalSince(start).rounded()
    return seconds >= 0 ? .seconds(Int64(seconds)) : nil
}
