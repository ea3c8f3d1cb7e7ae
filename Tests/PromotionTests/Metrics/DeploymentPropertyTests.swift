import Attestation
import Foundation
import RandomTestSupport
import Testing

@testable import Promotion

/// What holds for every ledger, on ledgers that nobody thought of.
@Suite struct DeploymentPropertyTests {
    private static let rounds = 150

    private func forRandomStories(_ body: (RandomStory, UInt64, inout SeededRandom) throws -> Void) rethrows {
        let seed = UInt64.random(in: 0..<1_000_000)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        for _ in 0..<Self.rounds {
            let story = RandomStory(events: Int.random(in: 0...24, using: &random), random: &random)
            try body(story, seed, &random)
        }
    }

    @Test func agreesWithTheDefinitionsReadLiterally() {
        forRandomStories { story, seed, _ in
            let ledger = story.ledgers[story.ledgers.count - 1]
            let placements = ledger.channels[.prod] ?? []
            let deployments = DeploymentHistory(of: ledger, in: .prod, commits: story.commits).deployments
            #expect(deployments.count == placements.count, "seed \(seed)")
            let failed = placements.indices.map { Literal.failed($0, placements, ledger) }
            #expect(deployments.map(\.hasFailed) == failed, "seed \(seed)")
            for index in placements.indices {
                let recovery = failed[index] ? placements.indices.first { $0 > index && !failed[$0] } : nil
                let time = recovery.map { Literal.seconds(placements[index].tag.date, placements[$0].tag.date) }
                #expect(deployments[index].recovery?.time.components.seconds == time, "seed \(seed)")
                let changes = Literal.changes(index, placements, story)
                let times = changes.map { Literal.seconds(LedgerStory.date($0), placements[index].tag.date) }
                    .filter { $0 >= 0 }
                #expect(
                    deployments[index].leadTimes.map(\.components.seconds).sorted() == times.sorted(), "seed \(seed)")
            }
        }
    }

    @Test func countsOnlyUpwardsAsTheLedgerGrows() {
        forRandomStories { story, seed, _ in
            var before: [String: Int64] = [:]
            for ledger in story.ledgers {
                let counters = Self.counters(ledger, story.commits)
                for (name, value) in before {
                    #expect(counters[name].map { $0 >= value } == true, "\(name), seed \(seed)")
                }
                before = counters
            }
        }
    }

    @Test func saysTheSameInWhateverOrderSeriesAndTagsAreGiven() {
        forRandomStories { story, seed, random in
            let other = RandomStory(events: 6, random: &random)
            var ledger = story.ledgers[story.ledgers.count - 1]
            let histories = [ledger, other.ledgers[other.ledgers.count - 1]].enumerated().flatMap { number, ledger in
                Channel.allCases.map { channel in
                    var renamed = SeriesLedger(series: "series-\(number)")
                    renamed.channels = ledger.channels
                    renamed.revocations = ledger.revocations
                    return DeploymentHistory(of: renamed, in: channel, commits: story.commits)
                }
            }
            let text = Self.text(histories)
            #expect(Self.text(histories.shuffled(using: &random)) == text, "seed \(seed)")
            let counters = Self.counters(ledger, story.commits)
            ledger.revocations.shuffle(using: &random)
            #expect(Self.counters(ledger, story.commits) == counters, "seed \(seed)")
        }
    }

    private static func snapshot(_ histories: [DeploymentHistory]) -> MetricsSnapshot {
        MetricsSnapshot(histories: histories, problems: [:], date: LedgerStory.start, version: "1.0.0")
    }

    private static func text(_ histories: [DeploymentHistory]) -> String {
        ExpositionFormat.openMetrics.document(snapshot(histories).families)
    }

    /// Every value that Prometheus takes for a counter.
    private static func counters(_ ledger: SeriesLedger, _ commits: CommitHistory) -> [String: Int64] {
        let history = DeploymentHistory(of: ledger, in: .prod, commits: commits)
        let families = snapshot([history]).families.filter { [.counter, .histogram].contains($0.kind) }
        let samples = families.flatMap { family in
            family.samples.map { ("\(family.name)\($0.suffix) \($0.labels)", $0.value) }
        }
        return Dictionary(uniqueKeysWithValues: samples)
    }
}

/// The definitions as they are written, without a thought for speed.
private enum Literal {
    static func failed(_ index: Int, _ placements: [Placement], _ ledger: SeriesLedger) -> Bool {
        let later = placements.dropFirst(index + 1)
        let undone = later.contains { $0.rollsBack == placements[index].tag.name }
        let revoked = ledger.revocations.contains { revocation in
            revocation.release == placements[index].release
                && later.first.map { revocation.tag.date <= $0.tag.date } ?? true
        }
        return undone || revoked
    }

    /// The hours of the commits that a placement was the first to hold.
    static func changes(_ index: Int, _ placements: [Placement], _ story: RandomStory) -> [Double] {
        guard index > 0 else { return [] }
        let recipes = placements.map { placement in
            story.parents.indices.filter { LedgerStory.commit($0) == placement.tag.commit }
        }
        let old = ancestors(of: Array(recipes[..<index].joined()), story)
        let new = ancestors(of: recipes[index], story).subtracting(old)
        return new.filter { story.parents[$0].count < 2 }.map { story.commitHours[$0] }
    }

    static func ancestors(of commits: [Int], _ story: RandomStory) -> Set<Int> {
        var found = Set(commits)
        // A parent's number is below its child's.
        for number in story.parents.indices.reversed() where found.contains(number) {
            found.formUnion(story.parents[number])
        }
        return found
    }

    static func seconds(_ start: Date, _ end: Date) -> Int64 {
        Int64(end.timeIntervalSince1970) - Int64(start.timeIntervalSince1970)
    }
}
