internal import HostSystem

/// Brings a fleet to an edition, step by step, and goes back by itself if a machine does not pass its gates.
package struct Rollout<Host: FleetHost>: Sendable {
    private let host: Host
    private let edition: Host.Edition
    private let goal: RolloutGoal
    private let previous: Host.Edition?
    /// Takes lines for people.
    package var report: @Sendable (String) -> Void = { _ in }
    /// Waits; tests do not.
    package var sleep: @Sendable (Duration) async throws -> Void = { try await ContinuousClock().sleep(for: $0) }

    /// A rollout.
    ///
    /// - Parameter previous: What to go back to; nil for a fleet that is new.
    package init(
        on host: Host, to edition: Host.Edition, count: Int, strategy: RolloutStrategy, previous: Host.Edition?
    ) {
        self.host = host
        self.edition = edition
        self.previous = previous
        goal = RolloutGoal(edition: host.fingerprint(of: edition), count: count, strategy: strategy)
    }

    /// Brings the fleet there.
    ///
    /// - Returns: The number of steps; 0 if there was nothing to do.
    /// - Throws: ``RolloutError`` when a gate failed, and what the host throws.
    package func run() async throws -> Int {
        do {
            return try await converge(to: edition, goal)
        } catch let failure as GateFailure {
            let reason = "machine \(failure.number): \(failure.reason)"
            guard let previous, host.fingerprint(of: previous) != goal.edition else {
                throw RolloutError.failed(reason)
            }
            report("\(reason); going back")
            var back = goal
            back.edition = host.fingerprint(of: previous)
            back.strategy = goal.strategy.backwards
            do {
                _ = try await converge(to: previous, back)
            } catch let second as GateFailure {
                throw RolloutError.stuck(reason, back: "machine \(second.number): \(second.reason)")
            }
            throw RolloutError.rolledBack(reason)
        }
    }

    private func converge(to edition: Host.Edition, _ goal: RolloutGoal) async throws -> Int {
        var progress = RolloutProgress()
        var count = 0
        while true {
            try Task.checkCancellation()
            let machines = try await host.machines()
            guard let step = RolloutPlan(goal, machines: machines, progress: progress).nextStep else { return count }
            // Somebody who works against us could keep this going for ever.
            guard count < 20 * (goal.count + machines.count + 4) else { throw RolloutError.restless(count) }
            report("\(step)")
            try await perform(step, edition, goal, machines)
            progress.note(step)
            count += 1
        }
    }

    private func perform(
        _ step: RolloutStep, _ edition: Host.Edition, _ goal: RolloutGoal, _ machines: [FleetMachine]
    ) async throws {
        let current = machines.filter { $0.edition == goal.edition }.map(\.number).sorted()
        switch step {
        case .create(let number): try await bringUp(number) { try await host.create(number, as: edition) }
        case .start(let number): try await bringUp(number) { try await host.start(number) }
        case .judge(let number): try await judge(number)
        case .remove(let number): try await host.remove(number)
        case .switchOver: try await host.switchOver(to: current)
        case .pause(let time):
            try await sleep(time)
            for number in current { try await judge(number) }
        }
    }

    /// A machine that cannot even be started is as bad as one that is not healthy.
    private func bringUp(_ number: Int, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw GateFailure(number: number, reason: "\(error)")
        }
    }

    private func judge(_ number: Int) async throws {
        if case .bad(let reason) = try await host.judge(number) {
            throw GateFailure(number: number, reason: reason)
        }
    }
}

/// A machine that did not pass its gates.
private struct GateFailure: Error {
    let number: Int
    let reason: String
}

/// Why a fleet is not what it was to become.
package enum RolloutError: Error, Hashable, CustomStringConvertible {
    /// A gate failed, and there was nothing to go back to.
    case failed(String)
    /// A gate failed, and the fleet is what it was before.
    case rolledBack(String)
    /// A gate failed, and so did one on the way back.
    case stuck(String, back: String)
    /// After this many steps there were still more.
    case restless(Int)

    package var description: String {
        switch self {
        case .failed(let reason):
            "\(reason); the fleet has nothing to go back to, and its machines are left as they are to be looked at"
        case .rolledBack(let reason):
            "\(reason); the fleet went back to what it was before"
        case .stuck(let reason, let back):
            "\(reason); going back failed, too: \(back); look at the machines, then deploy a version that is known to work"
        case .restless(let count):
            "after \(count) steps there are still more; something else changes this fleet at the same time"
        }
    }
}
