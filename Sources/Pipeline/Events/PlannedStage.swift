/// What becomes of a stage in a run, and how long that takes.
package struct PlannedStage: Sendable, Codable, Equatable {
    /// The stage's name.
    package let stage: String
    /// What happens to it.
    package let action: Plan.Action
    /// How many seconds it takes as a rule; nil for a stage that does not run, or of which that is not known.
    package let estimate: Double?

    /// A stage of a plan.
    package init(stage: String, action: Plan.Action, estimate: Double? = nil) {
        self.stage = stage
        self.action = action
        self.estimate = action == .run ? estimate : nil
    }
}
