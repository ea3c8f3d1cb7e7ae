internal import HostSystem
internal import Libvirt
internal import SystemPackage

extension Machine {
    /// The failure with its reason, as far as this host tells it.
    func explained(_ failure: MachineFailure) async -> MachineFailure {
        switch failure.cause {
        case .machineKilled, .machineDied:
            await process?.findings().autopsy(lastWords: lastWords).failure(failure.evidence)
                ?? Autopsy(lastWords: lastWords).failure(failure.evidence)
        case .hostDiskError: MachineFailure(forWantOfRoomFor: definition.disk, evidence: failure.evidence) ?? failure
        case .stalled, .tooLate, .kvmUnusable: await withAccelerator(withState(failure))
        // A daemon that hangs is noticed by whoever waits the shortest time.
        case .agentLost where !domain.isConnected:
            MachineFailure(.libvirtLost, evidence: ["libvirt: \(Self.silentDaemon)"] + failure.evidence)
        case .agentLost: withState(failure)
        default: failure
        }
    }

    /// What is said of a daemon whose connection ended without a word.
    static let silentDaemon = "its daemon does not answer any more"

    private var lastWords: [String] {
        QEMULog.lastWords(in: (try? String(decoding: log.readTail(1 << 20), as: UTF8.self)) ?? "")
    }

    /// A QEMU that a signal has stopped is why nothing moves, and why nobody answers.
    private func withState(_ failure: MachineFailure) -> MachineFailure {
        guard let process, process.state == "T" else { return failure }
        return MachineFailure(
            failure.cause == .agentLost ? .stalled : failure.cause,
            evidence: ["QEMU (process \(process.id)) is stopped by a signal, and goes on at SIGCONT"] + failure.evidence
        )
    }

    /// A machine that gets nowhere under KVM is measured against a tiny guest: KVM may have become useless.
    private func withAccelerator(_ failure: MachineFailure) async -> MachineFailure {
        guard accelerator == .kvm, let verdict = try? await AcceleratorProbe().choose(.auto) else { return failure }
        guard verdict.accelerator != .kvm || failure.cause == .kvmUnusable else { return failure }
        return MachineFailure(.kvmUnusable, evidence: failure.evidence.prefix(2) + [verdict.reason])
    }
}

extension QEMUProcess.Findings {
    fileprivate func autopsy(lastWords: [String]) -> Autopsy {
        Autopsy(findings: self, lastWords: lastWords)
    }
}
