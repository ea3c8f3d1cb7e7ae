/// One step of a rollout. Whatever a step leaves undone when it is interrupted, the next plan sees and mends.
package enum RolloutStep: Sendable, Hashable, CustomStringConvertible {
    /// Make a machine of the new edition under a free number, and start it.
    case create(Int)
    /// Start a machine of the new edition that is off.
    case start(Int)
    /// Wait until a machine of the new edition passes its gates.
    case judge(Int)
    /// Remove a machine with its volumes.
    case remove(Int)
    /// Tell whoever sends the load that the new set has it.
    case switchOver
    /// Wait, and look at all new machines again.
    case pause(Duration)

    /// Whether it makes a machine.
    var isCreation: Bool {
        if case .create = self { true } else { false }
    }

    package var description: String {
        switch self {
        case .create(let number): "create \(number)"
        case .start(let number): "start \(number)"
        case .judge(let number): "wait for \(number)"
        case .remove(let number): "remove \(number)"
        case .switchOver: "switch over"
        case .pause(let time): "pause for \(time.components.seconds) s"
        }
    }
}

/// What a rollout has done that no machine shows; a rollout that starts again does it again.
package struct RolloutProgress: Sendable, Hashable {
    /// The steps of a canary after which the new machines were still good.
    package var passedSteps = 0
    /// Whether the load was switched over.
    package var hasSwitched = false
    /// Whether a machine was made.
    package var hasCreated = false

    /// Nothing yet.
    package init() {}
}
