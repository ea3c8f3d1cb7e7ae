extension RunEvent: Codable {
    private enum Name: String, Codable {
        case runStarted = "run-started"
        case stageStarted = "stage-started"
        case stageCached = "stage-cached"
        case stageSkipped = "stage-skipped"
        case stageProgress = "stage-progress"
        case stageFinished = "stage-finished"
        case stageFailed = "stage-failed"
        case runFinished = "run-finished"
    }

    private enum CodingKeys: String, CodingKey {
        case event, time, run, template, stages, stage, key, message, seconds, cause, advice, outcome, release
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(time, forKey: .time)
        try fields.encode(run, forKey: .run)
        switch kind {
        case .runStarted(let template, let stages):
            try fields.encode(Name.runStarted, forKey: .event)
            try fields.encode(template, forKey: .template)
            try fields.encode(stages, forKey: .stages)
        case .stageStarted(let stage, let key):
            try Self.encode(.stageStarted, stage, key, to: &fields)
        case .stageCached(let stage, let key):
            try Self.encode(.stageCached, stage, key, to: &fields)
        case .stageSkipped(let stage, let key):
            try Self.encode(.stageSkipped, stage, key, to: &fields)
        case .stageProgress(let stage, let message):
            try Self.encode(.stageProgress, stage, nil, to: &fields)
            try fields.encode(message, forKey: .message)
        case .stageFinished(let stage, let key, let seconds):
            try Self.encode(.stageFinished, stage, key, to: &fields)
            try fields.encode(seconds, forKey: .seconds)
        case .stageFailed(let stage, let seconds, let message, let cause, let advice):
            try Self.encode(.stageFailed, stage, nil, to: &fields)
            try fields.encode(seconds, forKey: .seconds)
            try fields.encode(message, forKey: .message)
            try fields.encodeIfPresent(cause, forKey: .cause)
            try fields.encodeIfPresent(advice, forKey: .advice)
        case .runFinished(let outcome, let seconds, let release):
            try fields.encode(Name.runFinished, forKey: .event)
            try fields.encode(outcome, forKey: .outcome)
            try fields.encode(seconds, forKey: .seconds)
            try fields.encodeIfPresent(release, forKey: .release)
        }
    }

    private static func encode(
        _ name: Name, _ stage: String, _ key: StageKey?, to fields: inout KeyedEncodingContainer<CodingKeys>
    ) throws {
        try fields.encode(name, forKey: .event)
        try fields.encode(stage, forKey: .stage)
        try fields.encodeIfPresent(key, forKey: .key)
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        time = try fields.decode(String.self, forKey: .time)
        run = try fields.decode(String.self, forKey: .run)
        kind = try Self.kind(in: fields)
    }

    private static func kind(in fields: KeyedDecodingContainer<CodingKeys>) throws -> Kind {
        func text(_ key: CodingKeys) throws -> String { try fields.decode(String.self, forKey: key) }
        func key() throws -> StageKey? { try fields.decodeIfPresent(StageKey.self, forKey: .key) }
        func seconds() throws -> Double { try fields.decode(Double.self, forKey: .seconds) }
        switch try fields.decode(Name.self, forKey: .event) {
        case .runStarted:
            return .runStarted(
                template: try text(.template), stages: try fields.decode([String].self, forKey: .stages))
        case .stageStarted:
            return .stageStarted(stage: try text(.stage), key: try key())
        case .stageCached:
            return .stageCached(stage: try text(.stage), key: try fields.decode(StageKey.self, forKey: .key))
        case .stageSkipped:
            return .stageSkipped(stage: try text(.stage), key: try key())
        case .stageProgress:
            return .stageProgress(stage: try text(.stage), message: try text(.message))
        case .stageFinished:
            return .stageFinished(stage: try text(.stage), key: try key(), seconds: try seconds())
        case .stageFailed:
            return .stageFailed(
                stage: try text(.stage), seconds: try seconds(), message: try text(.message),
                cause: try fields.decodeIfPresent(String.self, forKey: .cause),
                advice: try fields.decodeIfPresent(String.self, forKey: .advice))
        case .runFinished:
            return .runFinished(
                outcome: try fields.decode(RunRecord.Outcome.self, forKey: .outcome), seconds: try seconds(),
                release: try fields.decodeIfPresent(String.self, forKey: .release))
        }
    }
}
