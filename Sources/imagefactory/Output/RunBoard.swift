internal import HostSystem
internal import Pipeline

/// The runs that a terminal shows: of one, its stages; of several, a line for each that says how it stands, and below
/// it the stages of those that go on.
struct RunBoard {
    private var runs: [(id: String, template: String, stages: StageList)] = []
    private let namesTemplates: Bool

    /// A board of one run, or of several that are told apart by their templates.
    init(namesTemplates: Bool) {
        self.namesTemplates = namesTemplates
    }

    /// Whether all runs that began are over.
    var isFinished: Bool { runs.allSatisfy(\.stages.isFinished) }

    /// Takes one event.
    mutating func apply(_ event: RunEvent, at now: ContinuousClock.Instant) {
        let known = runs.firstIndex { $0.id == event.run }
        if known == nil { runs.append((event.run, event.template, StageList(at: now))) }
        runs[known ?? runs.count - 1].stages.apply(event.kind, at: now)
    }

    /// The lines for a terminal of this size, the last row of which is the cursor's.
    func lines(width: Int, height: Int, at now: ContinuousClock.Instant) -> [String] {
        let rows = max(1, height - 1)
        guard namesTemplates else {
            return runs.flatMap { $0.stages.lines(width: width, height: rows, at: now) }
        }
        let names = runs.map(\.template.count).max() ?? 0
        let active = runs.count { !$0.stages.isFinished }
        let room = (rows - runs.count) / max(1, active)
        let lines = runs.flatMap { run -> [String] in
            let (mark, text) = run.stages.summary(at: now)
            let head = TerminalText.cut("\(mark) \(run.template.padded(to: names))  \(text)", to: max(1, width))
            guard !run.stages.isFinished, room > 0 else { return [head] }
            return [head] + run.stages.lines(width: width - 2, height: room, at: now).map { "  " + $0 }
        }
        return Array(lines.suffix(rows))
    }
}
