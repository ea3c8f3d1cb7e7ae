import HostSystem
import Libvirt
import Machines
import MachinesTestSupport
import Testing

struct ShutdownJudgeTests {
    private let start = ContinuousClock().now

    @Test func isDoneWhenTheGuestHasSwitchedItselfOff() {
        var judge = ShutdownJudge()
        let before = judge.consider(.event(.shuttingDown), at: start)
        #expect(before.isProgress)
        let after = judge.consider(.event(.stopped(.shutdown)), at: start)
        #expect(after.isDone)
    }

    @Test(arguments: [
        (DomainEvent.stopped(.destroyed), FailureCause.machineKilled), (.stopped(.crashed), .machineKilled),
        (.stopped(.failed), .machineKilled), (.stopped(.moved), .endedUnfinished), (.panicked, .kernelPanic),
        (.diskError, .hostDiskError),
    ])
    func takesNoOtherEndForAShutdown(event: DomainEvent, cause: FailureCause) {
        var judge = ShutdownJudge()
        let verdict = judge.consider(.event(event), at: start)
        #expect(verdict.failure?.cause == cause)
    }

    @Test func noticesAPanicOnTheConsole() {
        var judge = ShutdownJudge()
        let verdict = judge.consider(.console(.line("Kernel panic - not syncing: Attempted to kill init!")), at: start)
        #expect(verdict.failure?.cause == .kernelPanic)
    }

    @Test(arguments: [
        Evidence<Never>.tick, .event(.agentDisconnected), .event(.agentConnected), .event(.running),
        .console(.line("[  OK  ] Stopped target Multi-User System.")), .console(.prompt("golden login: ")),
        .counters(DomainCounters(processorTime: .zero, bytesRead: ByteCount(0), bytesWritten: ByteCount(0))),
    ])
    func waitsForTheGuestHoweverLongItTakes(evidence: Evidence<Never>) {
        var judge = ShutdownJudge()
        let verdict = judge.consider(evidence, at: start + .seconds(24 * 3600))
        #expect(verdict.isProgress)
    }
}
