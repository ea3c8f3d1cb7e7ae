internal import HostSystem
internal import Pipeline

/// The state of a run's stages as the terminal shows it: a line a stage, and what is left of the time.
struct StageList {
    private enum State {
        case waiting
        case running(since: ContinuousClock.Instant)
        case done(String)
        case failed(String)
        case stopped
    }

    private struct Stage {
        let name: String
        var state = State.waiting
        var news = ""
        var plan: PlannedStage?
    }

    private var stages: [Stage] = []
    private let start: ContinuousClock.Instant
    /// How the run ended, with its time; nil while it runs.
    private(set) var ending: (outcome: RunRecord.Outcome, time: String)?

    /// The stages of a run that begins at `start`.
    init(at start: ContinuousClock.Instant) {
        self.start = start
    }

    /// Whether the run is over.
    var isFinished: Bool { ending != nil }

    /// Takes one event.
    mutating func apply(_ event: RunEvent.Kind, at now: ContinuousClock.Instant) {
        switch event {
        case .runStarted(let names, _): stages = names.map { Stage(name: $0) }
        case .runPlanned(let plan):
            for planned in plan { change(planned.stage) { $0.plan = planned } }
        case .stageStarted(let stage, _): change(stage) { $0.state = .running(since: now) }
        case .stageCached(let stage, let key, _):
            change(stage) { ($0.state, $0.news) = (.done("stored"), key.short) }
        case .stageSkipped(let stage, _): change(stage) { ($0.state, $0.news) = (.done("skipped"), "not needed") }
        case .stageProgress(let stage, let message): change(stage) { $0.news = message }
        case .stageFinished(let stage, _, let seconds, _, _):
            change(stage) { ($0.state, $0.news) = (.done(Self.time(seconds)), "") }
        case .stageFailed(let stage, let seconds, let failure):
            change(stage) { ($0.state, $0.news) = (.failed(Self.time(seconds)), failure.message) }
        case .runFinished(let outcome, let seconds, _):
            ending = (outcome, Self.time(seconds))
            for index in stages.indices {
                if case .running = stages[index].state { stages[index].state = .stopped }
            }
        }
    }

    /// The lines, none longer than `width` columns and no more than `height`.
    ///
    /// Where there is room for fewer lines than stages, those around the one under way.
    func lines(width: Int, height: Int, at now: ContinuousClock.Instant) -> [String] {
        let names = stages.map(\.name.count).max() ?? 0
        let estimates = stages.map { estimate(of: $0).count }.max() ?? 0
        var lines = stages.map { stage in
            let (mark, time) = Self.face(stage.state, at: now)
            let name = stage.name + String(repeating: " ", count: names - stage.name.count)
            var times = String(repeating: " ", count: max(0, 8 - time.count)) + time
            if estimates > 0 { times += " " + estimate(of: stage).padded(to: estimates) }
            let news = stage.news.split(whereSeparator: \.isNewline).first ?? ""
            return TerminalText.cut("\(mark) \(name) \(times)  \(TerminalText.plain(news))", to: max(1, width))
        }
        let left = remaining(at: now).map { TerminalText.cut("  \($0) left", to: max(1, width)) }
        let room = max(1, height - (left == nil ? 0 : 1))
        if lines.count > room {
            let current = stages.lastIndex { if case .waiting = $0.state { false } else { true } } ?? 0
            let start = min(max(0, current - room / 2), lines.count - room)
            lines = Array(lines[start..<(start + room)])
        }
        return lines + (height > 1 ? [left].compactMap(\.self) : [])
    }

    /// The whole run in one line, without its name: `1m05s, about 3m20s left`, `done after 4m`.
    func summary(at now: ContinuousClock.Instant) -> (mark: String, text: String) {
        if let ending {
            return (ending.outcome == .done ? "✔" : "✘", "\(ending.outcome.rawValue) after \(ending.time)")
        }
        let times = [Self.time((now - start).seconds), remaining(at: now).map { "\($0) left" }]
        return ("▶", times.compactMap(\.self).joined(separator: ", "))
    }

    /// How long the rest takes, by the time that its stages took in earlier runs; nil where that is not known.
    private func remaining(at now: ContinuousClock.Instant) -> String? {
        guard ending == nil, stages.contains(where: { $0.plan != nil }) else { return nil }
        var rest = TimeEstimate()
        for stage in stages {
            switch stage.state {
            case .waiting where stage.plan?.action != .run: break
            case .waiting: rest.add(stage.plan?.estimate)
            case .running(let start): rest.add(stage.plan?.estimate.map { max(0, $0 - (now - start).seconds) })
            case .done, .failed, .stopped: break
            }
        }
        return rest.text
    }

    /// What is shown of the time that a stage takes as a rule; nothing once it is over.
    private func estimate(of stage: Stage) -> String {
        switch stage.state {
        case .waiting, .running: stage.plan?.estimate.map { "~" + Self.time($0) } ?? ""
        case .done, .failed, .stopped: ""
        }
    }

    private mutating func change(_ name: String, _ change: (inout Stage) -> Void) {
        guard let index = stages.firstIndex(where: { $0.name == name }) else { return }
        change(&stages[index])
    }

    private static func face(_ state: State, at now: ContinuousClock.Instant) -> (mark: String, time: String) {
        switch state {
        case .waiting: ("·", "")
        case .running(let start): ("▶", time(Double((now - start).components.seconds)))
        case .done(let text): ("✔", text)
        case .failed(let text): ("✘", text)
        case .stopped: ("✘", "stopped")
        }
    }

    /// A time for people: `7s`, `2m05s`, `1h02m`.
    static func time(_ seconds: Double) -> String {
        Duration.seconds(seconds).brief
    }
}
