import HostSystem
import Libvirt
import Testing

@testable import Machines

/// Whether the agent is lost: by the judge of work in a guest, to which it is known.
struct AgentWatchTests {
    private let start = ContinuousClock().now
    private static let silent = Evidence<Never>.agent(.silent("the agent is not connected", after: .seconds(5)))

    /// A second by second course; `processor` is what the guest computes in each.
    private func verdict(
        seconds: Int, processor: Duration, _ agent: (Int) -> Evidence<Never>?
    ) -> (failure: MachineFailure?, second: Int) {
        var judge = WorkJudge(Vitals(stall: .seconds(600), from: start))
        for second in 1...seconds {
            let now = start + .seconds(second)
            let counters = DomainCounters(
                processorTime: processor * second, bytesRead: ByteCount(0), bytesWritten: ByteCount(0))
            for evidence in [agent(second), .counters(counters), .tick].compactMap(\.self) {
                if case .failed(let failure) = judge.consider(evidence, at: now) { return (failure, second) }
            }
        }
        return (nil, seconds)
    }

    @Test func missesTheAgentOfAnIdleGuestAfterFifteenSeconds() {
        let (failure, second) = verdict(seconds: 300, processor: .milliseconds(50)) { $0 < 100 ? nil : Self.silent }
        #expect(failure?.cause == .agentLost)
        // The first call was made 5 s before it failed.
        #expect(second == 111)
        #expect(failure?.evidence.first?.hasPrefix("the agent has not answered for 16 s, in 12 calls") == true)
        #expect(failure?.evidence.contains { $0.contains("an idle guest") } == true)
    }

    @Test func leavesABusyGuestAMinute() {
        let (failure, second) = verdict(seconds: 300, processor: .milliseconds(900)) { $0 < 100 ? nil : Self.silent }
        #expect(failure?.cause == .agentLost)
        #expect(second == 156)
        #expect(failure?.evidence.contains { $0.contains("a guest that works") } == true)
    }

    /// A silent program of an hour: its state is asked for, and each answer says that it runs.
    @Test func waitsForASilentProgramWhoseAgentAnswers() {
        let (failure, _) = verdict(seconds: 599, processor: .milliseconds(50)) { _ in .agent(.answered) }
        #expect(failure == nil)
    }

    @Test func waitsWhileNobodyAsks() {
        let (failure, _) = verdict(seconds: 599, processor: .zero) { _ in nil }
        #expect(failure == nil)
    }

    @Test func forgivesARestart() {
        let (failure, _) = verdict(seconds: 599, processor: .zero) { second in
            second % 30 < 10 ? Self.silent : .agent(.answered)
        }
        #expect(failure == nil)
    }

    @Test func doesNotTakeOneLateAnswerForALostAgent() {
        let late = Evidence<Never>.agent(.silent("it did not answer in time", after: .seconds(20)))
        let (failure, _) = verdict(seconds: 300, processor: .zero) { $0 == 100 ? late : nil }
        #expect(failure == nil)
    }

    @Test(arguments: [(true, "the guest closed the agent's channel"), (false, "nobody reads it")])
    func tellsAClosedChannelFromAnAgentThatHangs(isClosed: Bool, words: String) {
        let (failure, _) = verdict(seconds: 300, processor: .zero) { second in
            second == 99 && isClosed ? .event(.agentDisconnected) : second < 100 ? nil : Self.silent
        }
        #expect(failure?.evidence.contains { $0.contains(words) } == true)
    }

    @Test func missesAnAgentThatWentAwayDuringTheBoot() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        let signs: [Evidence<BootJudge.Report>] = [.event(.agentConnected), .agent(.answered), .report(.busy("x"))]
        for sign in signs { _ = judge.consider(sign, at: start) }
        var failure: MachineFailure?
        for second in 1...60 where failure == nil {
            let now = start + .seconds(second)
            _ = judge.consider(.agent(.silent("gone", after: .zero)), at: now)
            if case .failed(let found) = judge.consider(.tick, at: now) { failure = found }
        }
        #expect(failure?.cause == .agentLost)
    }
}
