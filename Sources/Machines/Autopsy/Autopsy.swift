internal import Foundation

/// Decides why QEMU ended, from what its process, its log, its memory groups and the kernel's log show; pure, so that
/// each case can be a table row.
struct Autopsy: Sendable {
    /// What this host tells about the process's end.
    var findings = QEMUProcess.Findings()
    /// QEMU's last words in its log.
    var lastWords: [String] = []

    /// The signals by which somebody ends a process; the others are its own doing.
    private static let outside = [SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP"]
    private static let own = [
        SIGABRT: "SIGABRT", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGILL: "SIGILL", SIGFPE: "SIGFPE",
        SIGSYS: "SIGSYS", SIGTRAP: "SIGTRAP", SIGXFSZ: "SIGXFSZ", SIGXCPU: "SIGXCPU",
    ]

    /// The failure of a machine of which libvirt has told the end.
    ///
    /// - Parameter evidence: What libvirt said.
    func failure(_ evidence: [String]) -> MachineFailure {
        let memory = memoryEvidence
        if !memory.isEmpty { return MachineFailure(.hostOutOfMemory, evidence: memory + ending + lastWords) }
        if let told = lastWords.first(where: { $0.contains("terminating on signal") }) {
            return MachineFailure(.machineKilled, evidence: [told] + ending)
        }
        if let sign = lastWords.first(where: KVMSigns.isSign) {
            return MachineFailure(.kvmUnusable, evidence: [sign] + ending)
        }
        switch findings.end {
        case .signalled(let signal) where Self.outside[signal] != nil:
            return MachineFailure(.machineKilled, evidence: ending + evidence + lastWords)
        case .signalled: return MachineFailure(.machineDied, evidence: ending + lastWords + kernelLines)
        case .exited(0): return MachineFailure(.machineKilled, evidence: evidence + ending + lastWords)
        case .exited: return MachineFailure(.machineDied, evidence: lastWords + ending)
        case nil where lastWords.isEmpty && !kernelLines.contains { $0.contains("segfault") }:
            return MachineFailure(.machineKilled, evidence: evidence + kernelLines)
        case nil: return MachineFailure(.machineDied, evidence: lastWords + kernelLines + evidence)
        }
    }

    /// What shows that the kernel chose QEMU when memory was short; nothing if it did not.
    private var memoryEvidence: [String] {
        let isKilled = findings.end.map { $0 == .signalled(SIGKILL) } ?? true
        guard isKilled else { return [] }
        let named = (findings.kernelLines ?? []).filter {
            $0.contains("ut of memory") && $0.contains("Killed process \(findings.process) ")
        }
        if !named.isEmpty { return named + findings.groups }
        if !findings.groups.isEmpty { return findings.groups }
        // Without the kernel's log its counter must do: something was killed for memory while this machine ran.
        guard findings.kernelLines == nil, findings.end != nil, findings.hostKills > 0 else { return [] }
        return ["the kernel has killed \(findings.hostKills) processes for want of memory since the machine's start"]
    }

    private var kernelLines: [String] { (findings.kernelLines ?? []).map { "the host's kernel: \($0)" } }

    private var ending: [String] {
        switch findings.end {
        case .exited(let status): ["QEMU (process \(findings.process)) exited with status \(status)"]
        case .signalled(let signal):
            [
                "QEMU (process \(findings.process)) was ended by signal \(signal)"
                    + ((Self.outside[signal] ?? Self.own[signal]).map { " (\($0))" } ?? "")
            ]
        case nil: []
        }
    }
}

/// QEMU's own words for a KVM that does not serve.
enum KVMSigns {
    private static let marks = [
        "failed to initialize kvm", "Could not access KVM kernel module", "ioctl(KVM_", "failed to set MSR",
        "KVM internal error", "kvm run failed", "error: kvm", "KVM is not available",
    ]

    /// Whether a line of QEMU's shows that.
    static func isSign(_ line: String) -> Bool {
        marks.contains { line.contains($0) }
    }
}
