import HostSystem
import Libvirt
import Machines
import MachinesTestSupport
import Testing

struct BootJudgeTests {
    private let start = ContinuousClock().now

    @Test func isDoneWhenTheGuestIsReady() {
        var judge = BootJudge(stall: .seconds(60), from: start)
        let verdict = judge.consider(.report(.ready), at: start)
        #expect(verdict.isDone)
        #expect(!judge.isBlocked)
    }

    @Test func isDoneButBlockedWhenTheAgentMayNotRunPrograms() {
        var judge = BootJudge(stall: .seconds(60), from: start)
        let verdict = judge.consider(.report(.blocked), at: start)
        #expect(verdict.isDone)
        #expect(judge.isBlocked)
    }

    @Test func tellsEachPartOfTheFirstBootOnce() {
        var judge = BootJudge(stall: .seconds(60), from: start)
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
        var judge = BootJudge(stall: .seconds(60), from: start)
        let verdict = judge.consider(.event(.agentConnected), at: start)
        #expect(verdict.news == "the agent has connected")
    }

    @Test func missesTheAgentOfAnIdleGuestThatShowsALoginPrompt() {
        var judge = BootJudge(stall: .seconds(600), from: start)
        _ = judge.consider(.console(.prompt("golden login: ")), at: start + .seconds(20))
        let early = judge.consider(.tick, at: start + .seconds(50))
        #expect(early.isProgress)
        let late = judge.consider(.tick, at: start + .seconds(51))
        #expect(late.failure?.cause == .agentMissing)
        #expect(late.failure?.evidence.count == 2)
    }

    @Test(arguments: [Evidence<BootJudge.Report>.event(.agentConnected), .report(.busy("kldload-firstboot"))])
    func doesNotMissAnAgentThatWasSeen(_ sign: Evidence<BootJudge.Report>) {
        var judge = BootJudge(stall: .seconds(600), from: start)
        _ = judge.consider(.console(.prompt("golden login: ")), at: start)
        _ = judge.consider(sign, at: start + .seconds(1))
        let verdict = judge.consider(.tick, at: start + .seconds(60))
        #expect(verdict.isProgress)
    }

    @Test func waitsForTheAgentWhileAGuestWithALoginPromptWorks() {
        var judge = BootJudge(stall: .seconds(600), from: start)
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
        var judge = BootJudge(stall: .seconds(60), from: start)
        _ = judge.consider(.console(.line("Reached target Basic System")), at: start + .seconds(5))
        for second in 6...65 {
            let verdict = judge.consider(.report(.silent), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(66))
        #expect(verdict.failure?.cause == .stalled)
        #expect(verdict.failure?.evidence.last == "last seen: Reached target Basic System")
    }

    @Test func callsAFirstBootThatHangsInOnePartStalled() {
        var judge = BootJudge(stall: .seconds(60), from: start)
        for second in 0...60 {
            let verdict = judge.consider(.report(.busy("kldload-firstboot")), at: start + .seconds(second))
            #expect(verdict.isProgress)
        }
        let verdict = judge.consider(.tick, at: start + .seconds(61))
        #expect(verdict.failure?.evidence.last == "last seen: kldload-firstboot")
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
        var judge = BootJudge(stall: .seconds(60), from: start)
        let verdict = judge.consider(.console(text), at: start)
        #expect(verdict.failure?.cause == cause)
        #expect(verdict.failure?.evidence == [text.text])
    }

    @Test func endsWithTheMachine() {
        var judge = BootJudge(stall: .seconds(60), from: start)
        let verdict = judge.consider(.event(.stopped(.destroyed)), at: start)
        #expect(verdict.failure?.cause == .machineKilled)
    }
}
