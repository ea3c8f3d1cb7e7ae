import Attestation
import Foundation
import Testing

@testable import Promotion

/// Histories whose metrics were computed by hand.
@Suite struct DeliveryMetricsTests {
    @Test func saysNothingOfWhatDidNotHappen() {
        let metrics = LedgerStory().metrics()
        #expect(metrics.deployments == 0 && metrics.failures == 0 && metrics.changes == 0)
        #expect(metrics.frequency == 0)
        #expect(metrics.failRate == nil && metrics.reworkRate == nil)
        #expect(metrics.leadTime == nil && metrics.recoveryTime == nil)
    }

    @Test func countsPlainPromotions() {
        var story = LedgerStory()
        for day in 0..<14 { story.place("v1.\(day).0", at: Double(day) * 48) }
        let metrics = story.metrics()
        #expect(metrics.deployments == 14)
        #expect(metrics.frequency == 0.5)
        #expect(metrics.failRate == 0 && metrics.reworkRate == 0)
        #expect(metrics.recoveryTime == nil)
    }

    @Test func countsARollbackAsTheFailureOfWhatItUndoes() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 10)
        story.rollBack(to: "v1.0.0", at: 13)
        story.place("v1.2.0", at: 20)
        let history = story.history()
        #expect(history.deployments.map(\.hasFailed) == [false, true, false, false])
        #expect(history.deployments.map(\.isRework) == [false, false, true, false])
        #expect(history.deployments[1].recovery == Deployment.Recovery(time: .hours(3), isFinal: true))
        let metrics = story.metrics()
        #expect(metrics.deployments == 4)
        #expect(metrics.failRate == 0.25 && metrics.reworkRate == 0.25)
        #expect(metrics.recoveryTime == .hours(3))
    }

    @Test func countsTheRollbackOfARollback() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 10)
        story.rollBack(to: "v1.0.0", at: 13)
        story.rollBack(to: "v1.1.0", at: 14)
        let history = story.history()
        // The first rollback made nothing good, so both are made good by the second one.
        #expect(history.deployments.map(\.hasFailed) == [false, true, true, false])
        #expect(history.deployments.map { $0.recovery?.time } == [nil, .hours(4), .hours(1), nil])
        #expect(history.deployments.compactMap { $0.recovery?.isFinal } == [false, false])
        let metrics = story.metrics()
        #expect(metrics.failRate == 0.5 && metrics.reworkRate == 0.5)
        #expect(metrics.recoveries == 2)
        #expect(metrics.recoveryTime == .hours(2.5))
    }

    @Test func countsTheRevocationOfWhatIsInUse() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 5)
        story.revoke("v1.1.0", at: 8)
        #expect(story.history().deployments.map(\.hasFailed) == [false, true])
        #expect(story.history().holdsRevoked)
        #expect(story.metrics().recoveryTime == nil)
        story.place("v1.1.1", at: 9, reason: "hotfix: the key is new")
        #expect(!story.history().holdsRevoked)
        let metrics = story.metrics()
        #expect(metrics.failures == 1 && metrics.reworks == 1)
        #expect(metrics.recoveryTime == .hours(4))
    }

    @Test func leavesTheRevocationOfWhatWasReplacedAlone() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 5)
        story.revoke("v1.0.0", at: 6)
        #expect(story.history().deployments.map(\.hasFailed) == [false, false])
        #expect(!story.history().holdsRevoked)
    }

    @Test func countsARevokedReleaseThatIsPutBackAsAFailure() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.place("v1.1.0", at: 1)
        story.revoke("v1.0.0", at: 2)
        story.rollBack(to: "v1.0.0", at: 3)
        story.place("v1.1.1", at: 4)
        let history = story.history()
        #expect(history.deployments.map(\.hasFailed) == [false, true, true, false])
        #expect(history.deployments.map { $0.recovery?.time } == [nil, .hours(3), .hours(1), nil])
    }

    @Test func knowsNoRecoveryWhereEverythingFails() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.revoke("v1.0.0", at: 1)
        story.place("v1.1.0", at: 2)
        story.revoke("v1.1.0", at: 3)
        story.place("v1.2.0", at: 4)
        story.revoke("v1.2.0", at: 5)
        let metrics = story.metrics()
        #expect(metrics.deployments == 3 && metrics.failures == 3)
        #expect(metrics.failRate == 1)
        #expect(metrics.recoveries == 0 && metrics.recoveryTime == nil)
    }

    @Test func takesARevocationOfTheSameSecondForTheFirst() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0)
        story.revoke("v1.0.0", at: 0)
        story.place("v1.1.0", at: 0)
        let history = story.history()
        #expect(history.deployments.map(\.hasFailed) == [true, false])
        #expect(history.deployments[0].recovery?.time == .zero)
        let metrics = DeliveryMetrics(of: history, in: LedgerStory.start...LedgerStory.date(1))
        #expect(metrics.deployments == 2 && metrics.frequency == 48)
    }

    @Test(arguments: [
        ("hotfix", true), ("Hotfix: CVE-2026-1", true), ("hotfix-2", true), ("hotfixes are in", false),
        ("a hotfix", false), ("planned", false), ("", false),
    ])
    func knowsAHotfixByTheFirstWordOfItsReason(_ reason: String, isRework: Bool) {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0, reason: reason)
        #expect(story.history().deployments[0].isRework == isRework)
    }

    @Test func keepsChannelsApart() {
        var story = LedgerStory()
        story.place("v1.0.0", at: 0, in: .staging)
        story.place("v1.1.0", at: 1, in: .staging)
        story.rollBack(to: "v1.0.0", at: 2, in: .staging)
        story.place("v1.0.0", at: 3)
        #expect(story.metrics(in: .dev).deployments == 0)
        #expect(story.metrics(in: .staging).failRate == 1.0 / 3)
        #expect(story.metrics(in: .prod).failRate == 0)
    }

    @Test func countsWhatIsInTheWindowWithBothItsEnds() {
        var story = LedgerStory()
        for hours in [0.0, 10, 20, 30] { story.place("v1.\(Int(hours)).0", at: hours) }
        story.rollBack(to: "v1.20.0", at: 40)
        let history = story.history()
        let metrics = DeliveryMetrics(of: history, in: LedgerStory.date(10)...LedgerStory.date(30))
        #expect(metrics.deployments == 3)
        // What became of them after the window's end counts too.
        #expect(metrics.failures == 1 && metrics.recoveryTime == .hours(10))
        #expect(metrics.reworks == 0)
    }

    @Test func measuresTheWayOfAChange() {
        var story = LedgerStory()
        let commits = CommitHistory(numbered: [
            (number: 1, hours: 0, parents: []), (2, 10, [1]), (3, 12, [2]), (4, 30, [3]), (5, 31, [3]),
            (6, 32, [4, 5]),
        ])
        story.place("v1.0.0", at: 1, commit: 1)
        story.place("v1.1.0", at: 20, commit: 3)
        story.place("v1.2.0", at: 40, commit: 6)
        let history = story.history(commits: commits)
        // The first release holds all of the past; the merge 6 is no change.
        #expect(
            history.deployments.map { $0.leadTimes.sorted() } == [
                [], [.hours(8), .hours(10)], [.hours(9), .hours(10)],
            ])
        let metrics = story.metrics(commits: commits)
        #expect(metrics.changes == 4)
        #expect(metrics.leadTime == .hours(9.5))
    }

    @Test func countsAChangeOnceHoweverOftenItIsDeployed() {
        var story = LedgerStory()
        let commits = CommitHistory(numbered: [(number: 1, hours: 0, parents: []), (2, 10, [1])])
        story.place("v1.0.0", at: 1, commit: 1)
        story.place("v1.1.0", at: 20, commit: 2)
        story.rollBack(to: "v1.0.0", at: 21, commit: 1)
        story.rollBack(to: "v1.1.0", at: 22, commit: 2)
        #expect(story.history(commits: commits).deployments.map(\.leadTimes) == [[], [.hours(10)], [], []])
    }

    @Test func takesNoTimeBeforeItsBeginning() {
        var story = LedgerStory()
        let commits = CommitHistory(numbered: [(number: 1, hours: 0, parents: []), (2, 20, [1]), (3, 21, [2])])
        story.place("v1.0.0", at: 1, commit: 1)
        story.place("v1.1.0", at: 20, commit: 3)
        // Commit 3 says that it was made after its deployment, commit 2 in the same second.
        #expect(story.history(commits: commits).deployments[1].leadTimes == [.zero])
    }
}
