import Testing

@testable import Machines

struct KernelErrorsTests {
    @Test(arguments: [
        "[   12.345678] BUG: unable to handle page fault for address: ffffffff", "[    1.0] Oops: 0002 [#1] SMP",
        "[   10.1][    T1] WARNING: CPU: 0 PID: 1 at kernel/rcu/tree.c:1 rcu_core+0x1/0x2",
        "[   44.1] EXT4-fs error (device vda2): ext4_find_entry:1455: inode #2",
        "[   44.1] I/O error, dev vda, sector 8 op 0x0:(READ)",
        "[    9.1] XFS (vda2): Corruption of in-memory data (0x8) detected",
        "[   30.1] sshd[812]: segfault at 0 ip 00007f1 sp 00007f2 error 4",
        "[   30.1] VERIFY3(0 == dmu_object_free()) failed",
    ])
    func findsWhatNoSoundKernelSays(line: String) {
        for accelerator in [Accelerator.kvm, .tcg] {
            #expect(KernelErrors.found(in: ["Welcome", line], accelerator: accelerator) == [line])
        }
    }

    /// Programs say such words in another sense, and so does a kernel that is well.
    @Test(arguments: [
        "BUG: said by a program", "golden login: ", "[    0.000000] Command line: panic=10 console=ttyS0",
        "[   12.3] systemd[1]: Started BUG: collector.", "[  OK  ] Started BUG: collector.",
        "[    1.2] EXT4-fs (vda2): mounted filesystem", "[    0.1] mce: CPU supports 10 MCE banks", "",
    ])
    func passesOverTheRest(line: String) {
        #expect(KernelErrors.found(in: [line], accelerator: .kvm) == [])
    }

    /// An emulated processor that the host gave no time looks stuck to its guest.
    @Test(arguments: [
        "[   60.1] watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [apt:99]",
        "[   60.1] rcu: INFO: rcu_preempt self-detected stall on CPU",
        "[  243.1] INFO: task jbd2/vda2-8:201 blocked for more than 120 seconds.",
    ])
    func blamesASlowHostOnlyUnderKVM(line: String) {
        #expect(KernelErrors.found(in: [line], accelerator: .kvm) == [line])
        #expect(KernelErrors.found(in: [line], accelerator: .tcg) == [])
    }

    @Test func tellsEachOnceAndNotAll() {
        let same = (0..<9).map { "[    \($0).5] Oops: 0002 [#1]" }
        #expect(KernelErrors.found(in: same, accelerator: .tcg) == [same[0]])
        let many = (0..<999).map { "[    1.5] Oops: \($0)" }
        #expect(KernelErrors.found(in: many, accelerator: .tcg).count == KernelErrors.limit)
    }
}
