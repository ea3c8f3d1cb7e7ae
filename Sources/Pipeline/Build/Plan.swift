/// What a run would do, stage by stage.
package struct Plan: Sendable, Codable, Equatable {
    /// What happens to a stage.
    package enum Action: String, Sendable, Codable {
        /// Its result is in the store.
        case cached
        /// It runs.
        case run
        /// Its result is not in the store, but nothing needs it.
        case notNeeded = "not-needed"
    }

    /// One stage.
    package struct Step: Sendable, Codable, Equatable {
        /// Its name.
        package let stage: String
        /// Its summary.
        package let summary: String
        /// What it yields.
        package let product: StageProduct
        /// Its key; nil for a stage that keeps nothing, and where it cannot be known before the run.
        package let key: StageKey?
        /// What happens to it.
        package let action: Action
        /// Why: `its result is stored`, `options changed`.
        package let reason: String
        /// How many seconds it takes as a rule; nil for a stage that does not run, or of which that is not known.
        package internal(set) var seconds: Double?
    }

    /// The stages in order.
    package internal(set) var steps: [Step]
    /// How many seconds all of it takes as a rule; nil unless that is known of every stage that runs.
    package internal(set) var seconds: Double?

    /// A plan.
    package init(steps: [Step]) {
        self.steps = steps
    }

    /// The plan with the seconds that its stages take as a rule.
    package func estimated(by estimates: [String: Double]) -> Plan {
        var plan = self
        for index in steps.indices where steps[index].action == .run {
            plan.steps[index].seconds = estimates[steps[index].stage]
        }
        let running = plan.steps.filter { $0.action == .run }.map(\.seconds)
        plan.seconds = running.contains(nil) ? nil : running.compactMap(\.self).reduce(0, +)
        return plan
    }
}
