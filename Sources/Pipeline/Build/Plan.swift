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
    }

    /// The stages in order.
    package let steps: [Step]
}
