internal import HostSystem

/// What to do next for a fleet, from what is there alone.
///
/// It keeps no memory of its own steps: stopped at any of them and asked again, it goes on from what it sees.
package struct RolloutPlan: Sendable {
    private let goal: RolloutGoal
    private let machines: [FleetMachine]
    private let progress: RolloutProgress

    /// A plan for a fleet as it is now.
    package init(_ goal: RolloutGoal, machines: [FleetMachine], progress: RolloutProgress = RolloutProgress()) {
        self.goal = goal
        self.machines = machines.sorted { $0.number < $1.number }
        self.progress = progress
    }

    /// The next step; nil when the fleet is what it is to be.
    package var nextStep: RolloutStep? {
        if let remains = machines.first(where: { $0.condition == .incomplete }) { return .remove(remains.number) }
        if current.count < target, machines.count < limit, mayCreate { return .create(freeNumber) }
        if let stopped = current.first(where: { $0.condition == .stopped }) { return .start(stopped.number) }
        if let fresh = current.first(where: { $0.condition == .running }) { return .judge(fresh.number) }
        if needsSwitch { return .switchOver }
        if let outgoing = nextToRetire { return .remove(outgoing.number) }
        if case .canary(_, let pause) = goal.strategy, target < goal.count, !old.isEmpty { return .pause(pause) }
        if old.isEmpty, current.count > goal.count, let last = current.last { return .remove(last.number) }
        return nil
    }

    private var current: [FleetMachine] { machines.filter { $0.edition == goal.edition } }
    private var old: [FleetMachine] { machines.filter { $0.edition != goal.edition } }
    private var healthy: Int { machines.count { $0.condition == .healthy } }
    private var isWhole: Bool { current.count { $0.condition == .healthy } >= goal.count }

    /// How many machines of the new edition there are to be for now.
    private var target: Int {
        guard case .canary(let steps, _) = goal.strategy, !old.isEmpty, progress.passedSteps < steps.count else {
            return goal.count
        }
        return min(goal.count, steps[progress.passedSteps])
    }

    /// The most machines at once.
    private var limit: Int {
        switch goal.strategy {
        case .recreate: goal.count
        case .rolling(_, let maxSurge): goal.count + maxSurge
        case .blueGreen: goal.count + old.count
        case .canary: goal.count + max(1, target - current.count)
        }
    }

    /// The fewest healthy machines that a removal may leave.
    private var floor: Int {
        switch goal.strategy {
        case .recreate: 0
        case .rolling(let maxUnavailable, _): max(0, goal.count - maxUnavailable)
        case .blueGreen, .canary: goal.count
        }
    }

    private var mayCreate: Bool { goal.strategy != .recreate || old.isEmpty }

    private var needsSwitch: Bool {
        goal.strategy == .blueGreen && isWhole && !progress.hasSwitched && (!old.isEmpty || progress.hasCreated)
    }

    /// The old machine to go now; one that is of no use goes before those that are.
    private var nextToRetire: FleetMachine? {
        guard goal.strategy != .blueGreen || isWhole else { return nil }
        // While a canary is on trial, what runs beside it stays whole, and what does not run stays as it is.
        let isOnTrial = target < goal.count
        if !isOnTrial, let useless = old.first(where: { $0.condition != .healthy }) { return useless }
        guard let first = old.first(where: { $0.condition == .healthy }), healthy - 1 >= floor else { return nil }
        return isOnTrial && machines.count <= goal.count ? nil : first
    }

    private var freeNumber: Int {
        let taken = Set(machines.map(\.number))
        return (1...).first { !taken.contains($0) } ?? 1
    }
}

extension RolloutPlan {
    /// All steps, if every machine passes its gates; for people who want to see them first.
    package static func preview(_ goal: RolloutGoal, machines: [FleetMachine]) -> [RolloutStep] {
        var machines = machines
        var progress = RolloutProgress()
        var steps: [RolloutStep] = []
        let limit = 10 * (machines.count + goal.count + 4)
        while steps.count < limit,
            let step = RolloutPlan(goal, machines: machines, progress: progress).nextStep
        {
            steps.append(step)
            apply(step, to: &machines, &progress, edition: goal.edition)
        }
        return steps
    }

    private static func apply(
        _ step: RolloutStep, to machines: inout [FleetMachine], _ progress: inout RolloutProgress, edition: Digest
    ) {
        func change(_ number: Int, _ condition: FleetMachine.Condition) {
            guard let index = machines.firstIndex(where: { $0.number == number }) else { return }
            machines[index].condition = condition
        }
        switch step {
        case .create(let number):
            machines.append(FleetMachine(number: number, edition: edition, condition: .running))
        case .start(let number): change(number, .running)
        case .judge(let number): change(number, .healthy)
        case .remove(let number): machines.removeAll { $0.number == number }
        case .switchOver, .pause: break
        }
        progress.note(step)
    }
}

extension RolloutProgress {
    /// Takes note of a step that was done.
    mutating func note(_ step: RolloutStep) {
        switch step {
        case .create: hasCreated = true
        case .switchOver: hasSwitched = true
        case .pause: passedSteps += 1
        case .start, .judge, .remove: break
        }
    }
}
