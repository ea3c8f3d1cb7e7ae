import Attestation
import RandomTestSupport

@testable import Promotion

/// A ledger and a history of commits that nobody thought of, told event by event in the order of time.
///
/// Many events share a second, releases come back, what was revoked is used again, and clocks of committers are wrong.
struct RandomStory {
    /// The ledger after each moment at which something happened, oldest first.
    private(set) var ledgers: [SeriesLedger] = []
    /// The parents of each commit, by its number.
    private(set) var parents: [[Int]] = []
    /// The hour at which each commit says that it was made.
    private(set) var commitHours: [Double] = []

    /// The commits as the code under test takes them.
    var commits: CommitHistory {
        CommitHistory(numbered: zip(parents.indices, zip(commitHours, parents)).map { ($0, $1.0, $1.1) })
    }

    init(events: Int, random: inout SeededRandom) {
        var story = LedgerStory()
        var hours = 0.0
        var recipes: [String: Int] = [:]
        for event in 0..<events {
            if Bool.random(using: &random) {
                ledgers.append(story.ledger)
                hours += Double(Int.random(in: 1...5000, using: &random)) / 3600
            }
            commit(near: hours, random: &random)
            let old = recipes.keys.sorted().randomElement(using: &random)
            switch (Int.random(in: 0..<6, using: &random), old) {
            case (0, let old?) where !story.ledger.revocations.contains { $0.release.version == old }:
                story.revoke(old, at: hours)
            case (1, let old?), (2, let old?):
                let isRollback = story.ledger.current(in: .prod) != nil && Bool.random(using: &random)
                let rollsBack = isRollback ? story.ledger.current(in: .prod)?.tag.name : nil
                let reasons = ["hotfix", "planned", nil]
                story.place(
                    old, at: hours, commit: recipes[old] ?? 0, rollsBack: rollsBack,
                    reason: reasons[Int.random(in: 0..<3, using: &random)])
            default:
                let version = "v1.\(event).0"
                recipes[version] = Int.random(in: parents.indices, using: &random)
                story.place(version, at: hours, commit: recipes[version] ?? 0)
            }
        }
        ledgers.append(story.ledger)
    }

    private mutating func commit(near hours: Double, random: inout SeededRandom) {
        let count = parents.isEmpty ? 0 : Int.random(in: 0...2, using: &random)
        let chosen = (0..<count).map { _ in Int.random(in: parents.indices, using: &random) }
        parents.append(Array(Set(chosen)).sorted())
        commitHours.append(hours + Double(Int.random(in: -9000...600, using: &random)) / 3600)
    }
}
