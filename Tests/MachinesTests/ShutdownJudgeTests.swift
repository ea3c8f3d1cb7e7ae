import HostSystem
import Libvirt
import Machines
import MachinesTestSupport
import Testing

struct ShutdownJudgeTests {
    private let start = ContinuousClock().now

    @Test func isDoneWhenTheGuestHasSwitchedItselfOff() {
        var judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        let before = judge.consider(.event(.shuttingDown(fromOutside: false)), at: start)
        #expect(before.isProgress)
        let after = judge.consider(.event(.stopped(.shutdown)), at: start)
        #expect(after.isDone)
    }

    @Test(arguments: [
        (DomainEvent.stopped(.destroyed), FailureCause.machineKilled), (.stopped(.crashed), .machineKilled),
        (.stopped(.failed), .machineKilled), (.stopped(.moved), .endedUnfinished),
        (.diskError(.init()), .hostDiskError), (.shuttingDown(fromOutside: true), .machineKilled),
        (.connectionLost("its daemon ended"), .libvirtLost),
    ])
    func takesNoOtherEndForAShutdown(event: DomainEvent, cause: FailureCause) {
        var judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        let verdict = judge.consider(.event(event), at: start)
        #expect(verdict.failure?.cause == cause)
    }

    @Test func noticesAPanicOnTheConsole() {
        var judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        let verdict = judge.consider(
            .console(.line("[  9.1] Kernel panic - not syncing: Attempted to kill init!")), at: start)
        #expect(verdict.failure?.cause == .kernelPanic)
    }

    @Test(arguments: [
        Evidence<Never>.event(.agentDisconnected), .event(.agentConnected), .event(.running),
        .console(.line("[  OK  ] Stopped target Multi-User System.")), .console(.prompt("golden login: ")),
        .counters(DomainCounters(processorTime: .zero, bytesRead: ByteCount(0), bytesWritten: ByteCount(0))),
    ])
    func takesNothingElseForAnEnd(evidence: Evidence<Never>) {
        var judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        let verdict = judge.consider(evidence, at: start + .seconds(24 * 3600))
        #expect(verdict.isProgress)
    }

    /// A guest that flushes is never given up, however long that takes.
    @Test func waitsForAGuestThatWorks() {
        var judge = ShutdownJudge(Vitals(stall: .seconds(3000), from: start))
        for second in 0..<1000 {
            let counters = DomainCounters(
                processorTime: .zero, bytesRead: ByteCount(0), bytesWritten: .mebibytes(Int64(second)))
            _ = judge.consider(.counters(counters), at: start + .seconds(second))
            let verdict = judge.consider(.tick, at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
    }

    /// What a guest says and does, and the second at which it counts as refusing.
    @Test(arguments: [
        ([], 121), (["[**    ] A stop job is running for a thing (9s / 1min 30s)"], 121),
        (["[**    ] A stop job is running for a thing (9s / no limit)"], 21),
    ])
    func givesAGuestUpThatDoesNothing(lines: [String], second: Int) {
        var judge = ShutdownJudge(Vitals(stall: .seconds(3000), from: start))
        for now in 0..<300 {
            // systemd says so each second, in pieces.
            for line in lines {
                _ = judge.consider(.console(.prompt(String(line.prefix(12)))), at: start + .seconds(now))
                _ = judge.consider(.console(.line(line)), at: start + .seconds(now))
            }
            let verdict = judge.consider(.tick, at: start + .seconds(now))
            guard let failure = verdict.failure else { continue }
            #expect(failure.cause == .shutdownRefused)
            #expect(now == second)
            #expect(lines.isEmpty || failure.evidence.first == lines.first)
            return
        }
        Issue.record("it is waited for without an end")
    }

    @Test func believesARefusal() {
        var judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        _ = judge.consider(.news("Unit poweroff.target is masked."), at: start)
        let early = judge.consider(.tick, at: start + .seconds(20))
        #expect(early.isProgress)
        let late = judge.consider(.tick, at: start + .seconds(21))
        #expect(late.failure?.cause == .shutdownRefused)
        #expect(late.failure?.evidence.first == "the guest refused: Unit poweroff.target is masked.")
    }

    @Test func namesARefusalAtTheDeadline() {
        let judge = ShutdownJudge(Vitals(stall: .seconds(300), from: start))
        let failure = judge.overdue(.seconds(300), at: start + .seconds(300))
        #expect(failure.cause == .shutdownRefused)
        #expect(failure.evidence.first == "the limit is 300 s")
    }
}
