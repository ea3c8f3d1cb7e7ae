package import Libvirt

/// What an event says of a machine that was meant to go on running.
package enum MachineEnd {
    /// The failure that the event means; nil if the machine goes on.
    package static func failure(of event: DomainEvent) -> MachineFailure? {
        switch event {
        case .panicked:
            MachineFailure(.kernelPanic, evidence: ["the guest reported a panic through its pvpanic device"])
        case .diskError(let error): failure(of: error)
        case .stopped(.shutdown), .stopped(.moved):
            MachineFailure(.endedUnfinished, evidence: ["the guest switched itself off or rebooted"])
        case .stopped(.destroyed):
            MachineFailure(.machineKilled, evidence: ["libvirt reports that the domain was destroyed"])
        case .shuttingDown(fromOutside: true):
            MachineFailure(.machineKilled, evidence: ["a signal from this host told QEMU to end"])
        case .stopped(.failed), .stopped(.crashed):
            MachineFailure(.machineKilled, evidence: ["QEMU's process ended without an orderly shutdown"])
        case .connectionLost(let reason): MachineFailure(.libvirtLost, evidence: ["libvirt: \(reason)"])
        case .running, .paused, .shuttingDown, .agentConnected, .agentDisconnected: nil
        }
    }

    private static func failure(of error: DomainEvent.DiskError) -> MachineFailure {
        let what = error.isPaused ? "QEMU paused the machine" : "the guest was told of an error"
        let disk = error.path.isEmpty ? "" : " of \(error.path)"
        return MachineFailure(
            error.isOutOfSpace ? .hostDiskFull : .hostDiskError,
            evidence: [
                "\(what): a disk request\(disk) failed on the host"
                    + (error.isOutOfSpace ? ", because no space is left there" : "")
            ])
    }
}
