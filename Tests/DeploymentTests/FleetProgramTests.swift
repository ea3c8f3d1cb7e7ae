import FleetTestSupport
import Testing
import VirtualMachineTestSupport

/// What changes a fleet, as its users run it, on a real daemon.
@Suite(.serialized)
struct FleetProgramTests {
    @Test func convergesAfterKills() async throws {
        try await FleetYard.with(count: 1) { yard in
            let seed = UInt64.random(in: 0..<1_000_000)
            print("seed \(seed)")
            var kills = try await FleetKills(in: yard, seed: seed)
            for _ in 0..<3 { _ = try await kills.strike() }
            try await kills.strikeDeletion()
        }
    }

    @Test func goesBackInOneCommandAndStaysThere() async throws {
        try await FleetYard.with(count: 1) { yard in
            let versions = FleetYard.versions
            for version in versions { #expect(try await yard.deployment(of: version).run().status == 0) }
            let back = try await yard.rollback.run()
            #expect(back.status == 0, "\(back.talk)")
            #expect(try await yard.problems(machines: 1, of: versions[0]) == [])
            // What was gone back from is not brought again by itself.
            let held = try await yard.reconciliation(to: versions[1]).run()
            #expect(held.status == 1 && held.output.contains("held-back"), "\(held.output)")
            #expect(try await yard.problems(machines: 1, of: versions[0]) == [])
            #expect(try await yard.reconciliation(to: versions[0]).run().output.contains("unchanged"))
        }
    }
}
