internal import Pipeline

/// The state of a run's stages as the terminal shows it: a line a stage.
struct StageList {
    private enum State {
        case waiting
        case running(since: ContinuousClock.Instant)
        case done(String)
        case failed(String)
        case stopped
    }

    private var stages: [(name: String, state: State, news: String)] = []
    private(set) var isFinished = false

    /// Takes one event.
    mutating func apply(_ event: RunEvent.Kind, at now: ContinuousClock.Instant) {
        switch event {
        case .runStarted(_, let names): stages = names.map { ($0, .waiting, "") }
        case .stageStarted(let stage, _): set(stage, .running(since: now))
        case .stageCached(let stage, let key): set(stage, .done("stored"), news: key.short)
        case .stageSkipped(let stage, _): set(stage, .done("skipped"), news: "not needed")
        case .stageProgress(let stage, let message): set(stage, nil, news: message)
        case .stageFinished(let stage, _, let seconds): set(stage, .done(Self.time(seconds)), news: "")
        case .stageFailed(let stage, let seconds, let message, _, _):
            set(stage, .failed(Self.time(seconds)), news: message)
        case .runFinished:
            isFinished = true
            for index in stages.indices {
                if case .running = stages[index].state { stages[index].state = .stopped }
            }
        }
    }

    /// The lines, none longer than `width` columns.
    ///
    /// On a terminal of fewer rows than stages, those around the one under way.
    func lines(width: Int, height: Int, at now: ContinuousClock.Instant) -> [String] {
        let column = stages.map(\.name.count).max() ?? 0
        let lines = stages.map { stage in
            let (mark, time) = Self.face(stage.state, at: now)
            let name = stage.name + String(repeating: " ", count: column - stage.name.count)
            let padded = String(repeating: " ", count: max(0, 8 - time.count)) + time
            let news = stage.news.split(whereSeparator: \.isNewline).first ?? ""
            return TerminalText.cut("\(mark) \(name) \(padded)  \(TerminalText.plain(news))", to: max(1, width))
        }
        // The row below the lines is the cursor's.
        let room = max(1, height - 1)
        guard lines.count > room else { return lines }
        let current = stages.lastIndex { if case .waiting = $0.state { false } else { true } } ?? 0
        let start = min(max(0, current - room / 2), lines.count - room)
        return Array(lines[start..<(start + room)])
    }

    private mutating func set(_ name: String, _ state: State?, news: String? = nil) {
        guard let index = stages.firstIndex(where: { $0.name == name }) else { return }
        if let state { stages[index].state = state }
        if let news { stages[index].news = news }
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
        let whole = Int(seconds.rounded())
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return "\(whole / 60)m\(two(whole % 60))s" }
        return "\(whole / 3600)h\(two(whole % 3600 / 60))m"
    }
}
