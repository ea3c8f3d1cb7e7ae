import Foundation
import HostSystem
import Pipeline
import RandomTestSupport
package import SystemPackage

/// Factories that build the same and different templates at once, in processes of their own, beside collections of
/// garbage; they start and are killed at random moments.
package struct CrashRounds: Sendable {
    /// What came of them.
    package struct Outcome: Sendable {
        /// What is not as it must be.
        package var problems: [String] = []
        /// How many processes ended by themselves.
        package var ended = 0
        /// How many were told to be killed.
        package var killed = 0
    }

    /// No build waits longer for others; this is where a deadlock shows.
    private static let deadline: Duration = .seconds(60)
    private static let templates = ["a", "b"]
    private static let options = ["1", "2"]

    private let time: Duration
    private let seed: UInt64

    /// Rounds for a time.
    package init(for time: Duration, seed: UInt64) {
        self.time = time
        self.seed = seed
    }

    /// Does them with a state in `folder`, in three lanes.
    package func run(in folder: FilePath) async throws -> Outcome {
        let state = StateFolder(root: folder.appending("state"), cache: folder.appending("cache"))
        let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
            for lane in 0..<3 as Range<UInt64> {
                group.addTask { try await run(SeededRandom(seed: seed &* 3 &+ lane), in: state) }
            }
            return try await group.reduce(into: Outcome()) { sum, lane in
                sum.problems += lane.problems
                sum.ended += lane.ended
                sum.killed += lane.killed
            }
        }
        return try await finish(outcome, in: state)
    }

    /// One lane: one process after another.
    private func run(_ random: SeededRandom, in state: StateFolder) async throws -> Outcome {
        var random = random
        var outcome = Outcome()
        let clock = ContinuousClock()
        let end = clock.now + time
        while clock.now < end {
            let delay = random.happens(0.6) ? Duration.milliseconds(Int.random(in: 0...300, using: &random)) : nil
            let worker = WorkerProcess(arguments: Self.arguments(state, &random))
            if let problem = try await worker.run(killedAfter: delay, deadline: Self.deadline) {
                outcome.problems.append(problem)
            }
            if delay == nil { outcome.ended += 1 } else { outcome.killed += 1 }
        }
        return outcome
    }

    private static func arguments(_ state: StateFolder, _ random: inout SeededRandom) -> [String] {
        guard random.happens(0.85) else { return [state.root.string, "gc"] }
        return [
            state.root.string, "build", templates.randomElement(using: &random) ?? "",
            options.randomElement(using: &random) ?? "",
        ]
    }

    /// When all is quiet, what is stored is whole, every template can be built, and nothing is left but results.
    private func finish(_ outcome: Outcome, in state: StateFolder) async throws -> Outcome {
        var outcome = outcome
        outcome.problems += StoreAudit(state.store).problems()
        for template in Self.templates {
            for option in Self.options {
                let worker = WorkerProcess(arguments: [state.root.string, "build", template, option])
                let problem = try await worker.run(killedAfter: nil, deadline: Self.deadline)
                problem.map { outcome.problems.append($0) }
            }
        }
        outcome.problems += StoreAudit(state.store).problems()
        outcome.problems += state.store.partials.map { "\($0.path) is left" }
        outcome.problems += RunFolder.living(in: state).map { "run \($0) is held" }
        outcome.problems += try RunFolder.abandoned(in: state).map { "run \($0.id) has no end" }
        return outcome
    }
}
