import Libvirt
import Machines
import Testing

struct MachineEndTests {
    @Test(arguments: [
        (DomainEvent.panicked, FailureCause.kernelPanic), (.diskError(.init()), .hostDiskError),
        (.diskError(.init(path: "/state/disk.qcow2", isOutOfSpace: true, isPaused: true)), .hostDiskFull),
        (.diskError(.init(path: "/iso", isOutOfSpace: false, isPaused: false)), .hostDiskError),
        (.shuttingDown(fromOutside: true), .machineKilled), (.connectionLost("its daemon ended"), .libvirtLost),
        (.stopped(.shutdown), .endedUnfinished), (.stopped(.moved), .endedUnfinished),
        (.stopped(.destroyed), .machineKilled), (.stopped(.failed), .machineKilled),
        (.stopped(.crashed), .machineKilled),
    ])
    func namesTheCauseOfAnEnd(event: DomainEvent, cause: FailureCause) throws {
        let failure = try #require(MachineEnd.failure(of: event))
        #expect(failure.cause == cause)
        #expect(failure.evidence.count == 1)
    }

    @Test(arguments: [
        DomainEvent.running, .paused, .shuttingDown(fromOutside: false), .agentConnected, .agentDisconnected,
    ])
    func takesNothingElseForAnEnd(event: DomainEvent) {
        #expect(MachineEnd.failure(of: event) == nil)
    }
}
