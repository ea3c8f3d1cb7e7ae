/// A strategy in the words of a command line or of a fleet file.
package struct StrategyWords: Sendable {
    /// The kinds of strategies.
    package enum Kind: String, Sendable, CaseIterable {
        case recreate
        case rolling
        case blueGreen = "blue-green"
        case canary
    }

    /// The kind.
    package var kind: Kind
    /// How many fewer healthy machines there may be, for `rolling`.
    package var maxUnavailable: Int?
    /// How many machines more there may be, for `rolling`.
    package var maxSurge: Int?
    /// The numbers of new machines after which there is a pause, for `canary`.
    package var steps: [Int]?
    /// How long it waits there.
    package var pause: Duration?
    /// The program that sends the load to a set of machines, for `blue-green`.
    package var switchCommand: String?

    /// A kind with its usual numbers.
    package init(kind: Kind) {
        self.kind = kind
    }

    /// The strategy.
    ///
    /// - Throws: ``StrategyError`` for words that do not go together.
    package func strategy() throws(StrategyError) -> RolloutStrategy {
        guard kind == .rolling || maxUnavailable == nil && maxSurge == nil else { throw .onlyRolling }
        guard kind == .canary || steps == nil && pause == nil else { throw .onlyCanary }
        guard kind == .blueGreen || switchCommand == nil else { throw .onlyBlueGreen }
        switch kind {
        case .recreate: return .recreate
        case .blueGreen: return .blueGreen
        case .rolling:
            let surge = maxSurge ?? 0
            let unavailable = maxUnavailable ?? (surge > 0 ? 0 : 1)
            guard unavailable > 0 || surge > 0 else { throw .stands }
            return .rolling(maxUnavailable: unavailable, maxSurge: surge)
        case .canary:
            let steps = steps ?? [1]
            guard !steps.isEmpty, steps == Set(steps).sorted(), steps.allSatisfy({ $0 > 0 }) else { throw .order }
            return .canary(steps: steps, pause: pause ?? .seconds(60))
        }
    }
}

/// Why words are no strategy.
package enum StrategyError: Error, CustomStringConvertible {
    case onlyRolling, onlyCanary, onlyBlueGreen, stands, order

    package var description: String {
        switch self {
        case .onlyRolling: "max-unavailable and max-surge go with the strategy rolling alone"
        case .onlyCanary: "steps and pause go with the strategy canary alone"
        case .onlyBlueGreen: "a switch command goes with the strategy blue-green alone"
        case .stands: "with max-unavailable and max-surge at 0 no machine could ever be replaced; allow 1 of either"
        case .order: "the steps of a canary are numbers of machines from 1 on, each larger than the one before"
        }
    }
}
