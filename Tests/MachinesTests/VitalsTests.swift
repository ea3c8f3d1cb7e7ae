import HostSystem
import Libvirt
import Testing

@testable import Machines

struct VitalsTests {
    private let start = ContinuousClock().now

    private func counters(_ processor: Duration) -> Evidence<Never> {
        .counters(DomainCounters(processorTime: processor, bytesRead: ByteCount(0), bytesWritten: ByteCount(0)))
    }

    @Test func waitsForTheKernelsWordsAboutAPanic() {
        var vitals = Vitals(stall: .seconds(60), from: start)
        let told = vitals.failure(shownBy: Evidence<Never>.event(.panicked), at: start)
        #expect(told == nil)
        let line = "[   12.345678] Kernel panic - not syncing: sysrq triggered crash"
        let failure = vitals.failure(shownBy: Evidence<Never>.console(.line(line)), at: start + .milliseconds(30))
        #expect(failure?.cause == .kernelPanic)
        #expect(failure?.evidence == [line])
    }

    @Test func takesAKernelThatOnlyComplainsForStill() {
        var vitals = Vitals(stall: .seconds(300), from: start)
        var failure: MachineFailure?
        for seconds in stride(from: 10, through: 400, by: 30) where failure == nil {
            for line in [
                "[  506.464738] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", "[  506.464738]  </TASK>",
            ] {
                _ = vitals.failure(shownBy: Evidence<Never>.console(.line(line)), at: start + .seconds(seconds))
            }
            failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(seconds + 1))
        }
        #expect(failure?.cause == .stalled)
    }

    @Test func believesThePanicDeviceAloneAfterHalfASecond() {
        var vitals = Vitals(stall: .seconds(60), from: start)
        _ = vitals.failure(shownBy: Evidence<Never>.console(.line("loading modules")), at: start)
        _ = vitals.failure(shownBy: Evidence<Never>.event(.panicked), at: start)
        let early = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .milliseconds(400))
        #expect(early == nil)
        let failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .milliseconds(500))
        #expect(failure?.cause == .kernelPanic)
        #expect(failure?.evidence.last == "loading modules")
    }

    /// A panic for want of memory reaches us by two ways, and in either order.
    @Test func callsAPanicForWantOfMemoryByItsReason() {
        var vitals = Vitals(stall: .seconds(60), from: start)
        _ = vitals.failure(shownBy: Evidence<Never>.event(.panicked), at: start)
        let failure = vitals.failure(
            shownBy: Evidence<Never>.console(.line("[ 9.0] Kernel panic - not syncing: Out of memory: system-wide")),
            at: start + .milliseconds(10))
        #expect(failure?.cause == .guestOutOfMemory)
    }

    @Test func showsWhatWasSaidBeforeASign() {
        var vitals = Vitals(stall: .seconds(60), from: start)
        for number in 1...6 {
            _ = vitals.failure(shownBy: Evidence<Never>.console(.line("line \(number)")), at: start)
        }
        let failure = vitals.failure(shownBy: Evidence<Never>.console(.prompt("(initramfs) ")), at: start)
        #expect(failure?.evidence == ["(initramfs)", "line 3", "line 4", "line 5", "line 6"])
    }

    /// A guest that is switched off from inside complains of its disk before it ends.
    @Test func leavesTheMachineTheFirstWordAboutItsDisk() {
        let line = "[   17.512357] I/O error, dev vda, sector 5711616 op 0x0:(READ) flags 0x80700"
        for isOff in [true, false] {
            var vitals = Vitals(stall: .seconds(60), from: start)
            let told = vitals.failure(shownBy: Evidence<Never>.console(.line(line)), at: start)
            #expect(told == nil)
            let early = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .milliseconds(1900))
            #expect(early == nil)
            let failure = vitals.failure(
                shownBy: isOff ? Evidence<Never>.event(.stopped(.shutdown)) : .tick, at: start + .seconds(2))
            #expect(failure?.cause == (isOff ? .endedUnfinished : .hostDiskError))
            #expect(failure?.evidence.contains(line) == true)
        }
    }

    @Test(arguments: [
        ("cp: error writing '/x': No space left on device", true, FailureCause.guestDiskFull),
        ("fork: Cannot allocate memory", true, .guestOutOfMemory),
        ("[*   ] A start job is running for Wait for Network to be Configured (9s / no limit)", false, .networkAbsent),
        // With a network card the wait may have other reasons.
        ("[*   ] A start job is running for Wait for Network to be Configured (9s / no limit)", true, .stalled),
        ("a line like any other", false, .stalled),
    ])
    func namesAStallByWhatWasSaidBeforeIt(line: String, hasNetwork: Bool, cause: FailureCause) {
        var vitals = Vitals(stall: .seconds(60), hasNetwork: hasNetwork, from: start)
        _ = vitals.failure(shownBy: Evidence<Never>.console(.line(line)), at: start + .seconds(5))
        let failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(70))
        #expect(failure?.cause == cause)
        #expect(failure?.evidence.contains(line) == (cause != .stalled || failure?.evidence.last == line))
    }

    @Test func forgetsWhatWasSaidLongBefore() {
        var vitals = Vitals(stall: .seconds(300), from: start)
        _ = vitals.failure(shownBy: Evidence<Never>.console(.line("No space left on device")), at: start)
        let failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(301))
        #expect(failure?.cause == .stalled)
    }

    @Test func takesWhatTheWorkSaysForLife() {
        var vitals = Vitals(stall: .seconds(60), from: start)
        _ = vitals.failure(shownBy: Evidence<Never>.news("output of a step"), at: start + .seconds(50))
        let early = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(110))
        #expect(early == nil)
        let late = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(111))
        #expect(late?.evidence.contains { $0.hasSuffix("Z: output of a step") } == true)
    }

    // MARK: - KVM

    @Test func callsKVMUselessWhereNotEvenTheFirmwareSaysAWord() {
        var vitals = Vitals(stall: .seconds(600), accelerator: .kvm, from: start)
        _ = vitals.failure(shownBy: counters(.seconds(39)), at: start + .seconds(40))
        let early = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(40))
        #expect(early == nil)
        _ = vitals.failure(shownBy: counters(.seconds(41)), at: start + .seconds(42))
        let failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(42))
        #expect(failure?.cause == .kvmUnusable)
        #expect(failure?.evidence.first?.contains("41 s of processor time in 42 s") == true)
    }

    @Test(arguments: [(Accelerator.tcg, false), (.kvm, true)])
    func blamesKVMForNothingElse(accelerator: Accelerator, hasSpoken: Bool) {
        var vitals = Vitals(stall: .seconds(600), accelerator: accelerator, from: start)
        if hasSpoken {
            _ = vitals.failure(shownBy: Evidence<Never>.console(.line("BdsDxe: loading Boot0001")), at: start)
        }
        for second in 1...300 {
            _ = vitals.failure(shownBy: counters(.seconds(second)), at: start + .seconds(second))
            let failure = vitals.failure(shownBy: Evidence<Never>.tick, at: start + .seconds(second))
            #expect(failure == nil)
        }
    }
}
