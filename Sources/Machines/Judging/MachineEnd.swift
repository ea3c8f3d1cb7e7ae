package import Libvirt

/// What an event says of a machine that was meant to go on running.
package enum MachineEnd {
    /// The failure that the event means; nil if the machine goes on.
    package static func failure(of event: DomainEvent) -> MachineFailure? {
        switch event {
        case .panicked:
            MachineFailure(.kernelPanic, evidence: ["the guest reported a panic through its pvpanic device"])
        case .diskError:
            MachineFailure(.hostDiskError, evidence: ["QEMU paused the machine: a disk request failed on the host"])
        case .stopped(.shutdown), .stopped(.moved):
            MachineFailure(.endedUnfinished, evidence: ["the guest switched itself off or rebooted"])
        case .stopped(.destroyed):
            MachineFailure(.machineKilled, evidence: ["libvirt reports that the domain was destroyed"])
        case .stopped(.failed), .stopped(.crashed):
            MachineFailure(.machineKilled, evidence: ["QEMU's process ended without an orderly shutdown"])
        case .running, .paused, .shuttingDown, .agentConnected, .agentDisconnected: nil
        }
    }
}
