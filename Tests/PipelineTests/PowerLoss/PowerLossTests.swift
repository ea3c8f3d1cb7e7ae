import CrashTestSupport
import HostSystem
import SystemPackage
import Testing

/// The power goes away at any point of a build; nothing that was finished is lost, and the next build goes on.
@Suite(.timeLimit(.minutes(5)))
struct PowerLossTests {
    /// Enough changes for a whole build of cheap stages.
    private static let plenty = 100_000

    private func run(_ trial: PowerLossTrial) async throws -> PowerLossTrial.Outcome {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-power") { try await trial.run(in: $0) }
    }

    @Test func losesNothingThatWasFinishedWhereverThePowerGoesAway() async throws {
        let count = try await run(PowerLossTrial(changes: Self.plenty)).changes
        #expect(count > 100 && count < Self.plenty)
        for changes in 0...count {
            for keeping in [0, 0.5] {
                let outcome = try await run(PowerLossTrial(changes: changes, keeping: keeping, seed: UInt64(changes)))
                #expect(outcome.problems.isEmpty, "after \(changes) of \(count) changes, keeping \(keeping)")
            }
        }
    }

    /// The same trials show it when flushes are not done: they can fail.
    @Test(arguments: PowerLossDisk.Flush.allCases)
    func losesSomethingWithoutFlushes(of flush: PowerLossDisk.Flush) async throws {
        let trials = [(Self.plenty, 0.0)] + (1...8).map { (Self.plenty, Double($0) / 10) }
        var problems: [String] = []
        for (changes, keeping) in trials {
            let trial = PowerLossTrial(changes: changes, keeping: keeping, seed: 1, ignored: [flush])
            problems += try await run(trial).problems
        }
        #expect(problems.contains { $0.hasSuffix("is lost") })
    }
}
