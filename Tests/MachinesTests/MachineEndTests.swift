import Libvirt
import Machines
import Testing

struct MachineEndTests {
    @Test(arguments: [
        (DomainEvent.panicked, FailureCause.kernelPanic), (.diskError, .hostDiskError),
        (.stopped(.shutdown), .endedUnfinished), (.stopped(.moved), .endedUnfinished),
        (.stopped(.destroyed), .machineKilled), (.stopped(.failed), .machineKilled),
        (.stopped(.crashed), .machineKilled),
    ])
    func namesTheCauseOfAnEnd(event: DomainEvent, cause: FailureCause) throws {
        let failure = try #require(MachineEnd.failure(of: event))
        #expect(failure.cause == cause)
        #expect(failure.evidence.count == 1)
    }

    @Test(arguments: [DomainEvent.running, .paused, .shuttingDown, .agentConnected, .agentDisconnected])
    func takesNothingElseForAnEnd(event: DomainEvent) {
        #expect(MachineEnd.failure(of: event) == nil)
    }
}
