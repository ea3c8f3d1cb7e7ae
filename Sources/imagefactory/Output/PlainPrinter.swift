internal import Pipeline

/// Prints a line for each event, for logs and pipes.
struct PlainPrinter: EventSink {
    func receive(_ event: RunEvent) {
        guard let line = Self.line(for: event.kind) else { return }
        Talk.say(line)
    }

    private static func line(for kind: RunEvent.Kind) -> String? {
        switch kind {
        case .runStarted(let template, let stages): "building \(template): \(stages.joined(separator: ", "))"
        case .stageStarted(let stage, _): "\(stage): started"
        case .stageCached(let stage, let key): "\(stage): stored (\(key.short))"
        case .stageSkipped(let stage, _): "\(stage): not needed"
        case .stageProgress(let stage, let message): "\(stage): \(TerminalText.plain(message))"
        case .stageFinished(let stage, _, let seconds): "\(stage): done in \(StageList.time(seconds))"
        case .stageFailed(let stage, let seconds, _, _, _): "\(stage): failed after \(StageList.time(seconds))"
        case .runFinished(let outcome, let seconds, _): "\(outcome.rawValue) after \(StageList.time(seconds))"
        }
    }
}
