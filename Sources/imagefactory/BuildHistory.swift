internal import Machines
internal import Pipeline

/// The history as a build uses it: it keeps what happens, and tells how long things take.
struct BuildHistory {
    private let history: History
    private let recorder: HistoryRecorder
    /// What executes guests; nil until it is chosen.
    let accelerator: @Sendable () -> String?

    /// The history in `state`, of builds with these settings.
    ///
    /// - Parameter creating: Whether to begin a history where there is none.
    init(in state: StateFolder, settings: HypervisorSettings, creating: Bool) async {
        history = await History.open(in: state, creating: creating) { Talk.warn($0) }
        recorder = HistoryRecorder(history)
        accelerator = { settings.knownAccelerator?.rawValue }
    }

    /// How many seconds the stages of a template take on this host as a rule.
    func estimates(of template: String) -> [String: Double] {
        history.estimates(of: template, accelerator: accelerator())
    }

    /// Hands events to `printer`, and then to the history.
    func recording(beside printer: any EventSink) -> any EventSink {
        EventSinks(printer, recorder)
    }

    /// Says what could not be kept, once nothing else is printed.
    func sayProblems() {
        for problem in recorder.problems { Talk.warn(problem) }
    }
}
