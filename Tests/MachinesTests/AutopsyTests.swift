import Foundation
import SystemPackage
import Testing

@testable import Machines

struct AutopsyTests {
    /// What is found after QEMU's end, and the cause that it means.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let cause: FailureCause
        var end: ProcessEnd?
        var kernel: [String]?
        var groups: [String] = []
        var hostKills = 0
        var log: [String] = []

        init(
            _ description: String, _ cause: FailureCause, end: ProcessEnd? = nil, kernel: [String]? = nil,
            groups: [String] = [], hostKills: Int = 0, log: [String] = []
        ) {
            testDescription = description
            self.cause = cause
            self.end = end
            self.kernel = kernel
            self.groups = groups
            self.hostKills = hostKills
            self.log = log
        }
    }

    private static let killed = "Out of memory: Killed process 77 (qemu-system-x86) total-vm:3000000kB"
    private static let group = "the kernel has killed for memory in the group /sys/fs/cgroup/memory/small"
    private static let terminated =
        "2026-11-26T01:02:03Z qemu-system-x86_64: terminating on signal 15 from pid 9 (kill)"

    static let cases = [
        Case("SIGKILL by somebody", .machineKilled, end: .signalled(SIGKILL), kernel: []),
        Case("SIGKILL, and the kernel's log may not be read", .machineKilled, end: .signalled(SIGKILL)),
        Case("SIGTERM", .machineKilled, end: .exited(0), kernel: [], log: [terminated]),
        Case("SIGTERM, and only the log tells", .machineKilled, log: [terminated]),
        Case("SIGINT without a word", .machineKilled, end: .signalled(SIGINT), kernel: []),
        Case("an end by command", .machineKilled, end: .exited(0), kernel: []),
        Case("nothing is known", .machineKilled),

        Case("SIGABRT", .machineDied, end: .signalled(SIGABRT), kernel: []),
        Case("SIGSEGV", .machineDied, end: .signalled(SIGSEGV), kernel: ["qemu-system-x86[77]: segfault at 0"]),
        Case("SIGBUS", .machineDied, end: .signalled(SIGBUS), kernel: []),
        Case("SIGXFSZ", .machineDied, end: .signalled(SIGXFSZ)),
        Case(
            "a status", .machineDied, end: .exited(1), kernel: [], log: ["qemu-system-x86_64: could not load PC BIOS"]),
        Case("a status without a word", .machineDied, end: .exited(1), kernel: []),
        Case("last words alone", .machineDied, log: ["ERROR:../block.c:1: assertion failed"]),
        Case("the kernel's word alone", .machineDied, kernel: ["qemu-system-x86[77]: segfault at 0 ip 00"]),

        Case("the kernel names it", .hostOutOfMemory, end: .signalled(SIGKILL), kernel: [killed]),
        Case("the kernel names it, and no end is known", .hostOutOfMemory, kernel: [killed]),
        Case(
            "a memory group", .hostOutOfMemory, end: .signalled(SIGKILL),
            kernel: ["Memory cgroup out of memory: Killed process 77 (qemu-system-x86)"], groups: [group]),
        Case("a memory group alone", .hostOutOfMemory, end: .signalled(SIGKILL), kernel: [], groups: [group]),
        Case("the host's counter alone", .hostOutOfMemory, end: .signalled(SIGKILL), hostKills: 1),

        Case(
            "another process was killed for memory", .machineKilled, end: .signalled(SIGKILL),
            kernel: ["Out of memory: Killed process 771 (qemu-system-x86)"], hostKills: 1),
        Case("killed for memory beside it, and it aborted", .machineDied, end: .signalled(SIGABRT), hostKills: 1),
        Case("the host's counter, and no end is known", .machineKilled, hostKills: 1),

        Case("KVM goes wrong", .kvmUnusable, end: .exited(1), log: ["error: failed to set MSR 0x10a to 0x0"]),
        Case("KVM may not be opened", .kvmUnusable, log: ["Could not access KVM kernel module: Permission denied"]),
        Case("KVM gives up", .kvmUnusable, end: .signalled(SIGABRT), log: ["KVM internal error. Suberror: 1"]),
    ]

    @Test(arguments: cases)
    func findsTheCause(of found: Case) {
        let findings = QEMUProcess.Findings(
            process: 77, end: found.end, kernelLines: found.kernel, groups: found.groups, hostKills: found.hostKills)
        let failure = Autopsy(findings: findings, lastWords: found.log).failure(["libvirt said so"])
        #expect(failure.cause == found.cause)
        #expect(!failure.evidence.isEmpty)
    }

    @Test func namesTheSignal() {
        let findings = QEMUProcess.Findings(process: 77, end: .signalled(SIGABRT))
        #expect(
            Autopsy(findings: findings).failure([]).evidence == ["QEMU (process 77) was ended by signal 6 (SIGABRT)"])
    }

    // MARK: - What it is found from

    /// Field 3 is the state, field 52 the exit status, and the line ends as the kernel's does.
    private static func status(name: String, state: String, exit: Int) -> String {
        "77 (\(name)) \(state) 1 77 77 0 -1\(String(repeating: " 0", count: 43)) \(exit)\n"
    }

    static let ends: [(String, ProcessEnd?)] = [
        (status(name: "qemu (x) y", state: "Z", exit: 9), .signalled(9)),
        (status(name: "qemu", state: "Z", exit: 134), .signalled(6)),
        (status(name: "qemu", state: "X", exit: 768), .exited(3)),
        (status(name: "qemu", state: "S", exit: 9), nil), ("77 (qemu) Z", nil), ("", nil),
    ]

    @Test(arguments: ends)
    func readsTheEndOfAProcessThatNobodyHasForgottenYet(text: String, end: ProcessEnd?) {
        #expect(ProcessEnd(processStatus: text) == end)
    }

    @Test func readsQEMUsLastWords() {
        let log = """
            2026-11-26 01:00:00.123+0000: starting up libvirt version: 9.0.0
            LC_ALL=C \\
            /usr/bin/qemu-system-x86_64 \\
            -name guest=if-a1b2c3-build,debug-threads=on \\
            -msg timestamp=on
            2026-11-26T01:00:01Z qemu-system-x86_64: warning: TCG doesn't support requested feature
            2026-11-26T01:02:03Z qemu-system-x86_64: terminating on signal 15 from pid 9 (kill)
            2026-11-26 01:02:04.000+0000: shutting down, reason=crashed
            """
        #expect(
            QEMULog.lastWords(in: log) == [
                "2026-11-26T01:02:03Z qemu-system-x86_64: terminating on signal 15 from pid 9 (kill)"
            ])
        #expect(QEMULog.lastWords(in: "") == [])
    }

    @Test func findsTheMemoryGroupsOfBothVersions() {
        let first = MemoryKills.groups(in: "5:cpu:/a\n4:memory:/b/c\n0::/\n").map(\.string)
        #expect(first == ["/sys/fs/cgroup/memory/b/c", "/sys/fs/cgroup", "/sys/fs/cgroup/unified"])
        let second = MemoryKills.groups(in: "0::/machine.slice/q\n").map(\.string)
        #expect(second.first == "/sys/fs/cgroup/machine.slice/q")
        #expect(MemoryKills.groups(in: "0::/../..\nnonsense\n4:memory\n").isEmpty)
    }

    @Test func readsACountOfKillings() {
        #expect(HostMemory.value(of: "oom_kill", in: "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n") == 3)
        #expect(HostMemory.value(of: "oom_kill", in: "low 0\noom 4\noom_kill 2\noom_group_kill 9\n") == 2)
        #expect(HostMemory.value(of: "oom_kill", in: "") == nil)
    }

    @Test func readsARecordOfTheKernelsLog() {
        let record = Array("3,1234,5678,-;Out of memory: Killed process 77 (qemu)\n SUBSYSTEM=mm\n".utf8)
        #expect(KernelLog.text(of: record) == "Out of memory: Killed process 77 (qemu)")
        #expect(KernelLog.text(of: Array("nonsense".utf8)) == nil)
    }
}
