internal import HostSystem
internal import Pipeline

/// Prints a line for each event, for logs and pipes.
struct PlainPrinter: EventSink {
    /// Whether each line begins with the run's template, because there are several runs.
    let namesTemplates: Bool

    func receive(_ event: RunEvent) {
        guard let line = Self.line(for: event) else { return }
        Talk.say(namesTemplates ? "\(event.template): \(line)" : line)
    }

    /// An event as a line; nil for one that says nothing to people.
    static func line(for event: RunEvent) -> String? {
        switch event.kind {
        case .runStarted(let stages, _): "building \(event.template): \(stages.joined(separator: ", "))"
        case .runPlanned(let plan): TimeEstimate(plan).text.map { "it takes \($0), as earlier runs did" }
        case .stageStarted(let stage, _): "\(stage): started"
        case .stageCached(let stage, let key, _): "\(stage): stored (\(key.short))"
        case .stageSkipped(let stage, _): "\(stage): not needed"
        case .stageProgress(let stage, let message): "\(stage): \(TerminalText.plain(message))"
        case .stageFinished(let stage, _, let seconds, _, _): "\(stage): done in \(StageList.time(seconds))"
        case .stageFailed(let stage, let seconds, _): "\(stage): failed after \(StageList.time(seconds))"
        case .runFinished(let outcome, let seconds, _): "\(outcome.rawValue) after \(StageList.time(seconds))"
        }
    }
}

extension TimeEstimate {
    /// How long the stages of a plan take that run.
    init(_ plan: [PlannedStage]) {
        for stage in plan where stage.action == .run { add(stage.estimate) }
    }
}
