internal import Synchronization

/// Keeps what happens in runs in the history, as it happens.
///
/// What is written is all that is known of the run, so that a write that failed is made good by the next.
package final class HistoryRecorder: EventSink {
    private struct State {
        var runs: [String: RunSummary] = [:]
        /// The runs of which nothing more is written before they end, since the history did not take it.
        var refused: Set<String> = []
        var problems: [String] = []
    }

    private let history: History
    private let state = Mutex(State())

    /// A recorder into `history`.
    package init(_ history: History) {
        self.history = history
    }

    /// What could not be kept, as sentences for people.
    package var problems: [String] { state.withLock(\.problems) }

    package func receive(_ event: RunEvent) {
        if case .stageProgress = event.kind { return }
        let summary = state.withLock { state -> RunSummary? in
            var summary =
                state.runs[event.run] ?? RunSummary(id: event.run, template: event.template, started: event.time)
            summary.apply(event)
            let isOver = summary.outcome != nil
            state.runs[event.run] = isOver ? nil : summary
            let isRefused = state.refused.contains(event.run)
            if isOver { state.refused.remove(event.run) }
            return isRefused && !isOver ? nil : summary
        }
        guard let summary else { return }
        do {
            try history.save(summary)
        } catch {
            state.withLock { state in
                if summary.outcome == nil {
                    state.refused.insert(summary.id)
                } else {
                    state.problems.append("the run \(summary.id) is not in the history: \(error)")
                }
            }
        }
    }
}
