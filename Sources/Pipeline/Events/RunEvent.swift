/// Something that happened in a run.
///
/// The JSON of an event is one object on one line, and other programs build on it: `event` names what happened, `time`
/// says when (RFC 3339, UTC), `run` in which run. Names are never changed or given another meaning; new ones may come.
///
/// | `event` | beside `event`, `time`, `run` |
/// |---|---|
/// | `run-started` | `template`, `stages`: names in order |
/// | `stage-started` | `stage`, `key` if the result is kept |
/// | `stage-cached` | `stage`, `key` |
/// | `stage-skipped` | `stage`, `key`: not stored, but nothing needs it |
/// | `stage-progress` | `stage`, `message` |
/// | `stage-finished` | `stage`, `key` if the result is kept, `seconds` |
/// | `stage-failed` | `stage`, `seconds`, `message`; `cause` and `advice` where the cause is known by name |
/// | `run-finished` | `outcome`: `done`, `failed` or `interrupted`; `seconds`; `release`: a path, where one was published |
package struct RunEvent: Sendable, Equatable {
    /// What happened.
    package enum Kind: Sendable, Equatable {
        /// The run began.
        case runStarted(template: String, stages: [String])
        /// A stage began.
        case stageStarted(stage: String, key: StageKey?)
        /// A stage's result was in the store.
        case stageCached(stage: String, key: StageKey)
        /// A stage's result is not in the store, but nothing needs it.
        case stageSkipped(stage: String, key: StageKey?)
        /// A stage has something to say.
        case stageProgress(stage: String, message: String)
        /// A stage is done.
        case stageFinished(stage: String, key: StageKey?, seconds: Double)
        /// A stage failed.
        case stageFailed(stage: String, seconds: Double, message: String, cause: String?, advice: String?)
        /// The run is over.
        case runFinished(outcome: RunRecord.Outcome, seconds: Double, release: String?)
    }

    /// When, RFC 3339 with milliseconds.
    package let time: String
    /// The id of the run.
    package let run: String
    /// What happened.
    package let kind: Kind

    /// An event.
    package init(time: String, run: String, kind: Kind) {
        self.time = time
        self.run = run
        self.kind = kind
    }

    /// The event as one line of JSON, without the line's end.
    package var line: String {
        // An event holds only texts and finite numbers, for which the encoder has no error.
        (try? JSON.line(self)) ?? "{}"
    }
}
