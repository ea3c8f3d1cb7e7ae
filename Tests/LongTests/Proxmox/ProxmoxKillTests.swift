import ProxmoxTestSupport
import RandomTestSupport
import Testing

extension LongTests {
    @Suite(.timeLimit(.minutes(60)))
    struct ProxmoxKillTests {
        /// `kill -9` and Ctrl-C at any request: the same command goes on, and leaves nothing.
        @Test func goesOnWhereverItIsStruck() async throws {
            let seed = UInt64.random(in: 0..<1_000_000)
            print("seed \(seed)")
            var random = SeededRandom(seed: seed)
            try await ProxmoxYard.with { yard in
                let met = try await StrikeSeries(in: yard).run(120, using: &random)
                #expect(met > 90, "seed \(seed)")
                print("\(met) of 120 strikes met a program that ran")
            }
        }
    }
}
