import ProxmoxTestSupport
import Testing

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct ProxmoxFaultTests {
        /// Whichever request of an upgrade meets whichever fault, there is a named error or none at all, a template in use at
        /// every instant, and a second try that succeeds; and nothing of others is changed.
        @Test(arguments: FaultMatrix.faults)
        func anyFaultMayMeetAnyRequest(_ fault: FaultMatrix.Row) async throws {
            let tally = try await FaultMatrix.run(fault)
            #expect(tally.requests > 0)
            print("\(fault): \(tally)")
        }

        /// The same for the requests of a fleet that goes from release to release, of which every third is met.
        @Test(arguments: FaultMatrix.anywhere)
        func anyFaultMayMeetAFleetsRequests(_ fault: FaultMatrix.Row) async throws {
            let tally = try await FaultMatrix.run(fault, in: FleetUpgrade(), from: Int.random(in: 0..<3), step: 3)
            #expect(tally.requests > 0)
            print("fleet, \(fault): \(tally)")
        }
    }
}
