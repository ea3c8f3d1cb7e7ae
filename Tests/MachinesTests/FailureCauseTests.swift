import Machines
import Testing

struct FailureCauseTests {
    /// Programs know the causes by these names.
    @Test func keepsItsNames() {
        #expect(
            Set(FailureCause.allCases.map(\.rawValue)).isSuperset(of: [
                "no-seed", "answers-refused", "secret-wanted", "installer-failed", "ended-unfinished", "not-installed",
                "kernel-panic", "emergency-shell", "no-boot-medium", "stalled", "too-late", "machine-killed",
                "machine-died", "agent-missing", "agent-lost", "agent-blocked", "shutdown-refused", "host-disk-full",
                "host-disk-error", "host-out-of-memory", "guest-out-of-memory", "guest-disk-full", "network-absent",
                "kvm-unusable", "libvirt-lost", "package-not-offline", "package-unknown", "post-install-skipped",
                "dataset-has-clones",
            ]))
    }

    @Test(arguments: FailureCause.allCases)
    func saysWhatHappenedAndWhatToDo(cause: FailureCause) {
        #expect(cause.rawValue.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
        for sentence in [cause.summary, cause.nextStep] {
            #expect(sentence.count > 15)
            #expect(!sentence.hasSuffix("."))
            #expect(!sentence.contains("\n"))
        }
        #expect(cause.summary != cause.nextStep)
    }

    @Test func hasASummaryAndAnAdviceOfItsOwnForEach() {
        #expect(Set(FailureCause.allCases.map(\.summary)).count == FailureCause.allCases.count)
        #expect(Set(FailureCause.allCases.map(\.nextStep)).count == FailureCause.allCases.count)
    }

    @Test func printsTheCauseItsEvidenceAndTheAdvice() {
        let failure = MachineFailure(.noSeed, evidence: (1...7).map { "line \($0)" })
        #expect(
            "\(failure)" == """
                the installer found no answers and installed nothing [no-seed]
                  > line 1
                  > line 2
                  > line 3
                  > line 4
                  > line 5
                next: \(FailureCause.noSeed.nextStep)
                """)
    }
}
