package import Pipeline

/// What became of a build, for the reports that are written at its end.
package struct BuildRecord: Sendable, Equatable {
    /// How a stage went.
    package enum Outcome: Sendable, Equatable {
        /// It has not ended.
        case unfinished
        /// It was done.
        case done(seconds: Double)
        /// Its result was in the store.
        case stored
        /// Nothing needed it.
        case notNeeded
        /// It failed.
        case failed(seconds: Double, StageFailure)
    }

    /// A stage.
    package struct Stage: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// How it went.
        package var outcome = Outcome.unfinished
    }

    /// The template.
    package let template: String
    /// The version.
    package let version: String
    /// The stages, in the pipeline's order.
    package private(set) var stages: [Stage] = []
    /// How the run ended; nil while it runs.
    package private(set) var outcome: RunRecord.Outcome?
    /// How long the run took, in seconds.
    package private(set) var seconds = 0.0
    /// What it published.
    package private(set) var release: PublishedRelease?

    /// The record of a build that has not begun.
    package init(template: String, version: String) {
        self.template = template
        self.version = version
    }

    /// Takes one event.
    package mutating func apply(_ event: RunEvent) {
        switch event.kind {
        case .runStarted(let names, _): stages = names.map { Stage(name: $0) }
        case .runPlanned, .stageStarted, .stageProgress: break
        case .stageCached(let stage, _, _): set(stage, .stored)
        case .stageSkipped(let stage, _): set(stage, .notNeeded)
        case .stageFinished(let stage, _, let seconds, _, _): set(stage, .done(seconds: seconds))
        case .stageFailed(let stage, let seconds, let failure): set(stage, .failed(seconds: seconds, failure))
        case .runFinished(let outcome, let seconds, let release):
            self.outcome = outcome
            self.seconds = seconds
            self.release = release
        }
    }

    private mutating func set(_ name: String, _ outcome: Outcome) {
        guard let index = stages.firstIndex(where: { $0.name == name }) else { return }
        stages[index].outcome = outcome
    }
}
