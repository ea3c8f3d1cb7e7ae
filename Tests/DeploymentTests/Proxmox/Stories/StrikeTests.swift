import ProxmoxTestSupport
import RandomTestSupport
import Testing

/// The program is ended in the midst of its work.
@Suite(.timeLimit(.minutes(5)))
struct StrikeTests {
    /// A sample of the series that LongTests run.
    @Test func goesOnWhereverItIsStruck() async throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SeededRandom(seed: seed)
        try await ProxmoxYard.with { yard in
            _ = try await StrikeSeries(in: yard).run(4, using: &random)
        }
    }
}
