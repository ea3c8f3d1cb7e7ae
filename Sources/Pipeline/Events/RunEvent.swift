package import HostSystem

/// Something that happened in a run.
///
/// The JSON of an event is one object on one line, and other programs build on it: `event` names what happened, `time`
/// says when (RFC 3339, UTC), `run` in which run, `template` what that run builds. ``schema`` describes every event and
/// says what may be added to it.
///
/// | `event` | beside `event`, `time`, `run`, `template` |
/// |---|---|
/// | `run-started` | `stages`: names in order; `version` of the factory; `pid`; `folder`: the run's own; `host` |
/// | `run-planned` | `plan`: for each stage its `action`, and an `estimate` in seconds; comes again when it changes |
/// | `stage-started` | `stage`, `key` if the result is kept |
/// | `stage-cached` | `stage`, `key`, `made`: digests by file name |
/// | `stage-skipped` | `stage`, `key`: not stored, but nothing needs it |
/// | `stage-progress` | `stage`, `message` |
/// | `stage-finished` | `stage`, `key` if the result is kept, `seconds`, `made`, `accelerator` once it is chosen |
/// | `stage-failed` | `stage`, `seconds`, `message`, `evidence`; `cause` and `advice` where the cause has a name |
/// | `run-finished` | `outcome`: `done`, `failed` or `interrupted`; `seconds`; `release` and its `digest` if there is one |
package struct RunEvent: Sendable, Equatable {
    /// What happened.
    package enum Kind: Sendable, Equatable {
        /// The run began.
        case runStarted(stages: [String], origin: RunOrigin)
        /// What becomes of the stages is known, or is another than it was.
        case runPlanned([PlannedStage])
        /// A stage began.
        case stageStarted(stage: String, key: StageKey?)
        /// A stage's result was in the store.
        case stageCached(stage: String, key: StageKey, made: [String: Digest])
        /// A stage's result is not in the store, but nothing needs it.
        case stageSkipped(stage: String, key: StageKey?)
        /// A stage has something to say.
        case stageProgress(stage: String, message: String)
        /// A stage is done.
        case stageFinished(
            stage: String, key: StageKey?, seconds: Double, made: [String: Digest], accelerator: String?)
        /// A stage failed.
        case stageFailed(stage: String, seconds: Double, failure: StageFailure)
        /// The run is over.
        case runFinished(outcome: RunRecord.Outcome, seconds: Double, release: PublishedRelease?)
    }

    /// When, RFC 3339 with milliseconds.
    package let time: String
    /// The id of the run.
    package let run: String
    /// The template that the run builds.
    package let template: String
    /// What happened.
    package let kind: Kind

    /// An event.
    package init(time: String, run: String, template: String, kind: Kind) {
        self.time = time
        self.run = run
        self.template = template
        self.kind = kind
    }

    /// The stage that it is about, if it is about one.
    package var stage: String? {
        switch kind {
        case .runStarted, .runPlanned, .runFinished: nil
        case .stageStarted(let stage, _), .stageCached(let stage, _, _), .stageSkipped(let stage, _),
            .stageProgress(let stage, _), .stageFinished(let stage, _, _, _, _), .stageFailed(let stage, _, _):
            stage
        }
    }

    /// The event as one line of JSON, without the line's end.
    package var line: String {
        // An event holds only texts and finite numbers, for which the encoder has no error.
        (try? JSON.line(self)) ?? "{}"
    }

    /// The JSON Schema of an event, of draft 2020-12.
    package static var schema: String {
        String(decoding: PackageResources.run_event_schema_json, as: UTF8.self)
    }
}
