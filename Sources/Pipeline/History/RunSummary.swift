package import HostSystem

/// What is known about a run, put together from its events.
package struct RunSummary: Sendable, Equatable {
    /// One stage of it.
    package struct Stage: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// Its key, if its result is kept.
        package internal(set) var key: StageKey?
        /// What happened to it; nil if the run did not come to it.
        package internal(set) var action: Plan.Action?
        /// When it began, RFC 3339; nil if it did not run.
        package internal(set) var started: String?
        /// How long it ran; nil if it did not, or did not end.
        package internal(set) var seconds: Double?
        /// What executed guests by then.
        package internal(set) var accelerator: String?
        /// Why it failed.
        package internal(set) var failure: StageFailure?
        /// The digests of the files that it made, by their names.
        package internal(set) var made: [String: Digest] = [:]

        init(name: String) {
            self.name = name
        }
    }

    /// The run's id.
    package let id: String
    /// The template that it builds.
    package let template: String
    /// When it began, RFC 3339.
    package internal(set) var started: String
    /// When it ended, RFC 3339.
    package internal(set) var ended: String?
    /// Where it comes from; nil if it ended before it began with its stages.
    package internal(set) var origin: RunOrigin?
    /// Its stages, in order.
    package internal(set) var stages: [Stage] = []
    /// How it ended; nil while it runs, and if nobody could tell.
    package internal(set) var outcome: RunRecord.Outcome?
    /// How long it took.
    package internal(set) var seconds: Double?
    /// What it published.
    package internal(set) var release: PublishedRelease?

    /// What is known of a run that has told nothing yet.
    init(id: String, template: String, started: String) {
        self.id = id
        self.template = template
        self.started = started
    }

    /// What executed the guests; nil if none of the stages that ended needed to know.
    package var accelerator: String? { stages.lazy.compactMap(\.accelerator).first }

    /// The stage that failed, with the reason.
    package var failure: (stage: String, reason: StageFailure)? {
        stages.lazy.compactMap { stage in stage.failure.map { (stage.name, $0) } }.first
    }

    /// Takes what an event tells.
    mutating func apply(_ event: RunEvent) {
        switch event.kind {
        case .runStarted(let names, let origin):
            started = event.time
            self.origin = origin
            stages = names.map(Stage.init)
        case .runPlanned, .stageProgress: break
        case .stageStarted(let stage, let key):
            change(stage) { ($0.key, $0.action, $0.started) = (key, .run, event.time) }
        case .stageCached(let stage, let key, let made):
            change(stage) { ($0.key, $0.action, $0.made) = (key, .cached, made) }
        case .stageSkipped(let stage, let key):
            change(stage) { ($0.key, $0.action) = (key, .notNeeded) }
        case .stageFinished(let stage, let key, let seconds, let made, let accelerator):
            change(stage) { stage in
                (stage.key, stage.seconds, stage.made, stage.accelerator) = (key, seconds, made, accelerator)
            }
        case .stageFailed(let stage, let seconds, let failure):
            change(stage) { ($0.action, $0.seconds, $0.failure) = (.run, seconds, failure) }
        case .runFinished(let outcome, let seconds, let release):
            (ended, self.outcome, self.seconds, self.release) = (event.time, outcome, seconds, release)
        }
    }

    private mutating func change(_ name: String, _ change: (inout Stage) -> Void) {
        guard let index = stages.firstIndex(where: { $0.name == name }) else { return }
        change(&stages[index])
    }
}
