import RandomTestSupport
import VirtualMachineTestSupport

/// Deployments and reconciliations that are killed at random moments, each followed by one that is not.
package struct FleetKills {
    private let yard: FleetYard
    private var random: SeededRandom
    private var round = 0
    /// How long changes took that were not killed.
    private var usual: Duration

    /// Kills in a yard whose fleet is there.
    package init(in yard: FleetYard, seed: UInt64) async throws {
        self.yard = yard
        random = SeededRandom(seed: seed)
        let first = try await yard.deployment(of: FleetYard.versions[0]).run(killedAfter: nil)
        guard first.status == 0 else { throw FleetKillError(problems: ["a deployment failed: \(first.talk)"]) }
        usual = first.duration
    }

    /// Kills a change of the fleet's version, once or twice, and makes it again to the end.
    ///
    /// - Returns: How many runs were really killed.
    /// - Throws: ``FleetKillError`` when the fleet is not what it is to be, or anything else is not as it was.
    package mutating func strike() async throws -> Int {
        round += 1
        let version = FleetYard.versions[round % FleetYard.versions.count]
        var killed = 0
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let delay = usual * Double.random(in: 0..<1, using: &random)
            let ending = try await change(to: version).run(killedAfter: delay)
            if ending.status == 128 + 9 { killed += 1 }
            print("round \(round), \(version), kill after \(delay): \(ending.status)")
        }
        let ending = try await change(to: version).run(killedAfter: nil)
        var problems = ending.status == 0 ? [] : ["the run after it ended with \(ending.status): \(ending.talk)"]
        problems += try await yard.problems(machines: yard.count, of: version)
        guard problems.isEmpty else { throw FleetKillError(problems: problems) }
        return killed
    }

    /// Kills the removal of the fleet, and makes it again.
    package mutating func strikeDeletion() async throws {
        _ = try await yard.deletion.run(killedAfter: usual * Double.random(in: 0..<0.5, using: &random))
        let ending = try await yard.deletion.run(killedAfter: nil)
        // There is nothing left to delete if the first one was not killed in time.
        var problems = ending.status == 0 || ending.talk.contains("no fleet") ? [] : [ending.talk]
        problems += try await yard.problems(machines: 0, of: FleetYard.versions[0])
        guard problems.isEmpty else { throw FleetKillError(problems: problems) }
    }

    private mutating func change(to version: String) throws -> FactoryProcess {
        Bool.random(using: &random) ? yard.deployment(of: version) : try yard.reconciliation(to: version)
    }
}

/// What was found after a kill.
package struct FleetKillError: Error, CustomStringConvertible {
    /// What is wrong.
    package let problems: [String]

    package var description: String { problems.joined(separator: "\n") }
}
