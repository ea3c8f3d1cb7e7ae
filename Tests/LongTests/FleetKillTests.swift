import FleetTestSupport
import Testing

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct FleetKillTests {
        /// `kill -9` of `deploy kvm` and of `reconcile`: repeated, the fleet is there, and nothing else was touched.
        @Test func convergesWhereverItIsKilled() async throws {
            try await FleetYard.with(count: 2) { yard in
                let seed = UInt64.random(in: 0..<1_000_000)
                print("seed \(seed)")
                var kills = try await FleetKills(in: yard, seed: seed)
                var killed = 0
                var rounds = 0
                while killed < 24 {
                    rounds += 1
                    try #require(rounds <= 60, "only \(killed) runs were killed in \(rounds) rounds")
                    killed += try await kills.strike()
                }
                try await kills.strikeDeletion()
                print("\(killed) runs were killed in \(rounds) rounds")
            }
        }
    }
}
