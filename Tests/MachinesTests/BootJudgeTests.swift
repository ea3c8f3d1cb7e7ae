import HostSystem
import Libvirt
import MachinesTestSupport
import Testing

@testable import Machines

struct BootJudgeTests {
    private let start = ContinuousClock().now

    @Test func isDoneWhenTheGuestIsReady() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let verdict = judge.consider(.report(.ready), at: start)
        #expect(verdict.isDone)
        #expect(!judge.isBlocked)
    }

    @Test func isDoneButBlockedWhenTheAgentMayNotRunPrograms() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let verdict = judge.consider(.report(.blocked), at: start)
        #expect(verdict.isDone)
        #expect(judge.isBlocked)
    }

    @Test func tellsEachPartOfTheFirstBootOnce() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let news = ["starting services", "starting services", "kldload-firstboot", "starting services"].map { part in
            judge.consider(.report(.busy(part)), at: start).news
        }
        #expect(
            news == [
                "first boot: starting services", nil, "first boot: kldload-firstboot", "first boot: starting services",
            ]
        )
    }

    @Test func tellsThatTheAgentHasConnected() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let verdict = judge.consider(.event(.agentConnected), at: start)
        #expect(verdict.news == "the agent has connected")
    }

    @Test func missesTheAgentOfAnIdleGuestThatShowsALoginPrompt() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        _ = judge.consider(.console(.prompt("golden login: ")), at: start + .seconds(20))
        let early = judge.consider(.tick, at: start + .seconds(35))
        #expect(early.isProgress)
        let late = judge.consider(.tick, at: start + .seconds(36))
        #expect(late.failure?.cause == .agentMissing)
        #expect(late.failure?.evidence.count == 2)
    }

    @Test(arguments: [Evidence<BootJudge.Report>.event(.agentConnected), .report(.busy("kldload-firstboot"))])
    func doesNotMissAnAgentThatWasSeen(_ sign: Evidence<BootJudge.Report>) {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        _ = judge.consider(.console(.prompt("golden login: ")), at: start)
        _ = judge.consider(sign, at: start + .seconds(1))
        let verdict = judge.consider(.tick, at: start + .seconds(60))
        #expect(verdict.isProgress)
    }

    @Test func waitsForTheAgentWhileAGuestWithALoginPromptWorks() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        _ = judge.consider(.console(.prompt("golden login: ")), at: start)
        for second in 0..<60 {
            let counters = DomainCounters(
                processorTime: .seconds(second), bytesRead: ByteCount(0), bytesWritten: ByteCount(0))
            let verdict = judge.consider(.counters(counters), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(60))
        #expect(verdict.isProgress)
    }

    @Test func callsAGuestThatDoesNothingStalled() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        _ = judge.consider(.console(.line("Reached target Basic System")), at: start + .seconds(5))
        for second in 6...65 {
            let verdict = judge.consider(.report(.silent), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(66))
        #expect(verdict.failure?.cause == .stalled)
        #expect(verdict.failure?.evidence.contains { $0.hasSuffix("Z: Reached target Basic System") } == true)
    }

    @Test func callsAFirstBootThatHangsInOnePartStalled() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        for second in 0...60 {
            let verdict = judge.consider(.report(.busy("kldload-firstboot")), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(61))
        #expect(verdict.failure?.evidence.contains { $0.hasSuffix("Z: kldload-firstboot") } == true)
    }

    @Test(arguments: [
        (
            ConsoleText.line("[    1.2] Kernel panic - not syncing: VFS: Unable to mount root fs"),
            FailureCause.kernelPanic
        ),
        (.line("You are in emergency mode. After logging in"), .emergencyShell),
        (.line("BdsDxe: No bootable option or device was found."), .noBootMedium),
        (.prompt("Shell> "), .noBootMedium),
    ])
    func believesTheConsole(text: ConsoleText, cause: FailureCause) {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let verdict = judge.consider(.console(text), at: start)
        #expect(verdict.failure?.cause == cause)
        #expect(verdict.failure?.evidence.first.map { text.text.hasPrefix($0) } == true)
    }

    @Test func endsWithTheMachine() {
        var judge = BootJudge(Vitals(stall: .seconds(60), from: start))
        let verdict = judge.consider(.event(.stopped(.destroyed)), at: start)
        #expect(verdict.failure?.cause == .machineKilled)
    }

    /// A part of the first boot that will never run is no reason to wait; that it looks so for a moment is none to give up.
    @Test func missesAPartOfTheFirstBootThatWillNotRun() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        let report = BootJudge.Report.skipped("kldload-firstboot.service", ["Result=exit-code ExecMainStatus=203"])
        for second in 0...5 {
            let verdict = judge.consider(.report(report), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.report(report), at: start + .seconds(6))
        #expect(verdict.failure?.cause == .postInstallSkipped)
        #expect(verdict.failure?.evidence.last == "Result=exit-code ExecMainStatus=203")
    }

    @Test func forgivesAPartThatIsOverForAMoment() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        for second in 0..<60 {
            let report: BootJudge.Report = second % 5 == 0 ? .busy("x") : .skipped("x", [])
            let verdict = judge.consider(.report(report), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
    }

    @Test func callsAMachineThatResetsItselfForEverByItsName() {
        var judge = BootJudge(Vitals(stall: .seconds(600), from: start))
        var failure: MachineFailure?
        var starts = 0
        while failure == nil, starts < 100 {
            starts += 1
            failure = judge.consider(.console(.line("BdsDxe: starting Boot0002 \"x\"")), at: start).failure
        }
        #expect(failure?.cause == .endedUnfinished)
        #expect(starts == 12)
    }

    @Test(arguments: [
        ("", BootJudge.Report.ready), ("starting services\n", .busy("starting services")),
        (
            "skipped\nkldload-firstboot.service\nResult=exit-code\nno such file\n",
            .skipped("kldload-firstboot.service", ["Result=exit-code", "no such file"])
        ),
        ("skipped", .skipped("", [])),
    ])
    func readsWhatTheFirstBootsScriptPrints(text: String, report: BootJudge.Report) {
        #expect(BootJudge.Report(text) == report)
    }
}
