import MachinesTestSupport
import Testing

@testable import Machines

struct WorkJudgeTests {
    @Test func noticesThatTheGuestWasReset() {
        let start = ContinuousClock().now
        var judge = WorkJudge(Vitals(stall: .seconds(60), from: start))
        for line in ["[   40.1] sysrq: Resetting", "BdsDxe: loading Boot0001 \"UEFI Misc Device\""] {
            let verdict = judge.consider(.console(.line(line)), at: start)
            #expect(verdict.isProgress)
        }
        let line = "BdsDxe: starting Boot0001 \"UEFI Misc Device\""
        let failure = judge.consider(.console(.line(line)), at: start + .seconds(2)).failure
        #expect(failure?.cause == .endedUnfinished)
        #expect(failure?.evidence.contains(line) == true)
        #expect(failure?.evidence.contains("[   40.1] sysrq: Resetting") == true)
    }
}
