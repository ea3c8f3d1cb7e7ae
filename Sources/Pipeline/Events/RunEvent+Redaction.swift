extension RunEvent.Kind {
    /// The same with every text that a guest, a script or an error may have shaped handed through `redact`.
    func redacted(by redact: (String) -> String) -> RunEvent.Kind {
        switch self {
        case .stageProgress(let stage, let message):
            .stageProgress(stage: stage, message: redact(message))
        case .stageFailed(let stage, let seconds, let failure):
            .stageFailed(
                stage: stage, seconds: seconds,
                failure: StageFailure(
                    message: redact(failure.message), cause: failure.cause, evidence: failure.evidence.map(redact),
                    advice: failure.advice.map(redact)))
        // These hold names, keys, digests and numbers of our own.
        case .runStarted, .runPlanned, .stageStarted, .stageCached, .stageSkipped, .stageFinished, .runFinished: self
        }
    }
}
