import Machines
import Testing

struct AcceleratorProbeTests {
    @Test(arguments: [
        (ProbeResult.finished(.milliseconds(90)), Accelerator.kvm),
        (.finished(.milliseconds(1200)), .tcg),
        (.tooSlow(limit: .milliseconds(1500)), .tcg),
        (.unavailable("there is no /dev/kvm"), .tcg),
        (.failed("KVM_SET_MSRS failed"), .tcg),
    ])
    func choosesByWhatWasMeasured(result: ProbeResult, expected: Accelerator) async throws {
        let verdict = try await AcceleratorProbe { result }.choose(.auto)
        #expect(verdict.accelerator == expected)
        #expect(!verdict.reason.isEmpty)
    }

    @Test func refusesKVMThatWasAskedForAndCrawls() async {
        let error = await #expect(throws: MachineFailure.self) {
            try await AcceleratorProbe { .tooSlow(limit: .milliseconds(1500)) }.choose(.kvm)
        }
        #expect(error?.cause == .kvmUnusable)
        #expect(error?.evidence.first?.contains("not done after 1500 ms") == true)
    }

    @Test func asksNothingWhenEmulationIsWanted() async throws {
        struct Unwanted: Error {}
        let verdict = try await AcceleratorProbe { throw Unwanted() }.choose(.tcg)
        #expect(verdict.accelerator == .tcg)
    }

    @Test func decidesOnThisHostWithinThreeSeconds() async throws {
        // Of several tries the fastest: a host that runs other tests, too, starts programs late.
        var fastest = Duration.seconds(3600)
        for _ in 0..<5 where fastest >= .seconds(3) {
            fastest = min(
                fastest, try await ContinuousClock().measure { _ = try await AcceleratorProbe().choose(.auto) })
        }
        #expect(fastest < .seconds(9))
    }
}
