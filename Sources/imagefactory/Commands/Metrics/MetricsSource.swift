internal import Attestation
internal import Foundation
internal import HostSystem
internal import Promotion
internal import SystemPackage

/// Where `metrics` has its figures from.
struct MetricsSource: Sendable {
    /// A template or a series; nil for all.
    let name: String?
    /// The channel; nil for all.
    let channel: Channel?
    /// The ledger.
    let ledger: LedgerOptions

    /// Reads the ledger and the commits that its tags point to, as they are now.
    func read() async throws -> State {
        let place = try await LedgerPlace(
            named: ledger.global.namedRoot, from: FilePath(FileManager.default.currentDirectoryPath))
        let reading = try await ledger.read(name)
        let commits = try await CommitHistory.read(for: reading.series, in: place.repository)
        return State(reading, channels: channel.map { [$0] } ?? Channel.allCases, commits: commits)
    }

    /// What was read.
    struct State: Sendable {
        /// The history of each channel that can be trusted.
        let histories: [DeploymentHistory]
        /// The channels of which nothing can be told, since their tags or their series' revocations are disputed.
        let disputed: [(series: String, channel: Channel)]
        /// All that is wrong.
        let problems: [LedgerProblem]
        /// Whether nobody vouches for any tag.
        let isUnsigned: Bool
        /// Whether the clone was cut off, so that no change's time can be told.
        let isShallow: Bool
        /// When it was read.
        let date: Date

        init(_ reading: LedgerReading, channels: [Channel], commits: CommitHistory) {
            var histories: [DeploymentHistory] = []
            var disputed: [(series: String, channel: Channel)] = []
            let broken = Set(reading.problems.compactMap(\.chain))
            for series in Set(reading.series.map(\.series)).union(broken.map(\.series)).sorted() {
                let ledger = reading[series] ?? SeriesLedger(series: series)
                let hasRevocations = !broken.contains(LedgerChain(series: series, kind: .revocations))
                for channel in channels {
                    if hasRevocations, !broken.contains(LedgerChain(series: series, kind: .channel(channel))) {
                        histories.append(DeploymentHistory(of: ledger, in: channel, commits: commits))
                    } else {
                        disputed.append((series, channel))
                    }
                }
            }
            self.histories = histories
            self.disputed = disputed
            problems = reading.problems
            isUnsigned = reading.isUnsigned
            isShallow = commits.isShallow
            date = Date()
        }

        /// What is exposed of it. A channel in dispute is left out: its counters would go back to 0, as if nothing had
        /// ever been there.
        var snapshot: MetricsSnapshot {
            let none = LedgerProblem.Kind.allCases.map { ($0.rawValue, 0) }
            let counts = problems.map { ($0.kind.rawValue, 1) }
            return MetricsSnapshot(
                histories: histories, problems: Dictionary(none + counts, uniquingKeysWith: +), date: date,
                version: Version.current)
        }

        /// Says what a reader of the figures must know beside them.
        func warn() {
            if isUnsigned { Talk.warn(ChannelsCommand.unsigned) }
            if isShallow {
                Talk.warn("this clone is shallow, so no lead time can be told; 'git fetch --unshallow' brings the rest")
            }
            if !disputed.isEmpty {
                let names = disputed.map { "\($0.series)/\($0.channel.rawValue)" }.joined(separator: ", ")
                Talk.warn(
                    TerminalText.plain("the tags of \(names) are disputed; 'imagefactory channels verify' says why"))
            }
            let others = problems.count { $0.chain == nil }
            if others > 0 {
                Talk.warn("\(others) tags are refused and not counted; 'imagefactory channels verify' says why")
            }
        }
    }
}
