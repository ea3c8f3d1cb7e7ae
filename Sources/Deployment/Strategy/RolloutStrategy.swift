package import HostSystem

/// How a fleet goes from one edition to the next.
package enum RolloutStrategy: Sendable, Hashable {
    /// All old machines go before the first new one is made.
    case recreate
    /// A few at a time: at most `maxUnavailable` fewer healthy machines than wanted, and at most `maxSurge` machines more.
    case rolling(maxUnavailable: Int, maxSurge: Int)
    /// A whole second set, then a switch, then the first set goes.
    case blueGreen
    /// First this many new machines, each number with a pause and another look after it; then the rest.
    case canary(steps: [Int], pause: Duration)

    /// One at a time in place of another.
    package static let usual = RolloutStrategy.rolling(maxUnavailable: 1, maxSurge: 0)

    /// How a rollout by this strategy is taken back: what is healthy stays as long as it would on the way there.
    var backwards: RolloutStrategy {
        switch self {
        case .recreate, .rolling: self
        case .blueGreen, .canary: .rolling(maxUnavailable: 0, maxSurge: 1)
        }
    }
}

/// What a fleet is to become, as far as the order of steps depends on it.
package struct RolloutGoal: Sendable, Hashable {
    /// The fingerprint of what each machine is to be: its image, its size, its seed.
    package var edition: Digest
    /// How many machines.
    package var count: Int
    /// How to get there.
    package var strategy: RolloutStrategy

    /// A goal.
    package init(edition: Digest, count: Int, strategy: RolloutStrategy) {
        self.edition = edition
        self.count = count
        self.strategy = strategy
    }
}
