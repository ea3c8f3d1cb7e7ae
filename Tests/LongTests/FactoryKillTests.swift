import Foundation
import Testing
import VirtualMachineTestSupport

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct FactoryKillTests {
        /// `kill -9` of the factory: the next build goes on from what was finished.
        @Test func goesOnWhereverTheFactoryIsKilled() async throws {
            var series = try KillSeries("factory-killed", in: try #require(Lab.current))
            for moment in try await series.moments() {
                let status = try await series.strike(at: moment) { kill($0, SIGKILL) }
                #expect(status == 128 + Int(SIGKILL) || status == 0)
                try await series.expectOrder(moment)
            }
            try await series.finish()
        }
    }
}
