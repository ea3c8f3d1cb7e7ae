internal import HostSystem

extension RunEvent: Codable {
    /// What events are called.
    enum Name: String, Codable, CaseIterable {
        case runStarted = "run-started"
        case runPlanned = "run-planned"
        case stageStarted = "stage-started"
        case stageCached = "stage-cached"
        case stageSkipped = "stage-skipped"
        case stageProgress = "stage-progress"
        case stageFinished = "stage-finished"
        case stageFailed = "stage-failed"
        case runFinished = "run-finished"
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = EventFields(kind)
        fields.time = time
        fields.run = run
        fields.template = template
        try fields.encode(to: encoder)
    }

    package init(from decoder: any Decoder) throws {
        let fields = try EventFields(from: decoder)
        time = fields.time
        run = fields.run
        template = fields.template
        kind = try fields.kind()
    }
}

/// Every field that an event's JSON can have.
private struct EventFields: Codable {
    var event: RunEvent.Name
    var time = ""
    var run = ""
    var template = ""
    var stages: [String]?
    var version: String?
    var pid: Int32?
    var folder: String?
    var host: RunHost?
    var plan: [PlannedStage]?
    var stage: String?
    var key: StageKey?
    var made: [String: Digest]?
    var message: String?
    var seconds: Double?
    var accelerator: String?
    var cause: String?
    var evidence: [String]?
    var advice: String?
    var outcome: RunRecord.Outcome?
    var release: String?
    var digest: Digest?
}

extension EventFields {
    init(_ kind: RunEvent.Kind) {
        switch kind {
        case .runStarted(let stages, let origin):
            self.init(
                event: .runStarted, stages: stages, version: origin.version, pid: origin.process,
                folder: origin.folder, host: origin.host)
        case .runPlanned(let plan): self.init(event: .runPlanned, plan: plan)
        case .stageStarted(let stage, let key): self.init(event: .stageStarted, stage: stage, key: key)
        case .stageCached(let stage, let key, let made):
            self.init(event: .stageCached, stage: stage, key: key, made: made.isEmpty ? nil : made)
        case .stageSkipped(let stage, let key): self.init(event: .stageSkipped, stage: stage, key: key)
        case .stageProgress(let stage, let message):
            self.init(event: .stageProgress, stage: stage, message: message)
        case .stageFinished(let stage, let key, let seconds, let made, let accelerator):
            self.init(
                event: .stageFinished, stage: stage, key: key, made: made.isEmpty ? nil : made, seconds: seconds,
                accelerator: accelerator)
        case .stageFailed(let stage, let seconds, let failure):
            self.init(
                event: .stageFailed, stage: stage, message: failure.message, seconds: seconds, cause: failure.cause,
                evidence: failure.evidence, advice: failure.advice)
        case .runFinished(let outcome, let seconds, let release):
            self.init(
                event: .runFinished, seconds: seconds, outcome: outcome, release: release?.path,
                digest: release?.digest)
        }
    }

    /// What happened.
    func kind() throws -> RunEvent.Kind {
        switch event {
        case .runStarted:
            .runStarted(
                stages: try need(\.stages),
                origin: RunOrigin(
                    version: try need(\.version), process: try need(\.pid), folder: try need(\.folder),
                    host: try need(\.host)))
        case .runPlanned: .runPlanned(try need(\.plan))
        case .stageStarted: .stageStarted(stage: try need(\.stage), key: key)
        case .stageCached: .stageCached(stage: try need(\.stage), key: try need(\.key), made: made ?? [:])
        case .stageSkipped: .stageSkipped(stage: try need(\.stage), key: key)
        case .stageProgress: .stageProgress(stage: try need(\.stage), message: try need(\.message))
        case .stageFinished:
            .stageFinished(
                stage: try need(\.stage), key: key, seconds: try need(\.seconds), made: made ?? [:],
                accelerator: accelerator)
        case .stageFailed:
            .stageFailed(
                stage: try need(\.stage), seconds: try need(\.seconds),
                failure: StageFailure(
                    message: try need(\.message), cause: cause, evidence: try need(\.evidence), advice: advice))
        case .runFinished:
            .runFinished(
                outcome: try need(\.outcome), seconds: try need(\.seconds),
                release: release.map { PublishedRelease(path: $0, digest: digest) })
        }
    }

    /// A field that this event must have.
    private func need<Value>(_ field: KeyPath<EventFields, Value?>) throws -> Value {
        guard let value = self[keyPath: field] else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "\(event.rawValue) lacks \(field)"))
        }
        return value
    }
}
