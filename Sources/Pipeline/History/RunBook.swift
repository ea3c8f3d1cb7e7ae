internal import HostSystem
internal import SystemPackage

/// Every run that is known, from the history and from the runs' own folders.
///
/// How a run stands is derived and never guessed: the lock in its folder tells whether its process lives, its record
/// and its journal how it ended. The history alone is asked where a run is over, or its folder gone.
package struct RunBook: Sendable {
    private let state: StateFolder
    private let history: History

    /// The runs in `state`, of which `history` remembers those whose folders are gone.
    package init(state: StateFolder, history: History) {
        self.state = state
        self.history = history
    }

    /// The newest runs, newest first.
    ///
    /// - Parameter template: The only template whose runs are wanted.
    package func runs(of template: String? = nil, limit: Int = .max) -> [RecordedRun] {
        let known = (try? history.templates()) ?? [:]
        var runs: [RecordedRun] = []
        for id in ids(known) where template == nil || known[id] ?? template == template {
            guard runs.count < limit else { break }
            guard let run = run(id), template == nil || run.summary.template == template else { continue }
            runs.append(run)
        }
        return runs
    }

    /// The newest run, or the one whose id begins or ends with `name`.
    package func run(named name: String?) throws(UnknownRunError) -> RecordedRun {
        let all = ids((try? history.templates()) ?? [:])
        let matching = name.map { name in all.filter { $0.hasPrefix(name) || $0.hasSuffix(name) } } ?? all
        if let name, matching.count > 1 { throw .several(name, Array(matching.prefix(5))) }
        guard let run = matching.lazy.compactMap(run).first else { throw .none(name) }
        return run
    }

    /// The ids of all runs, newest first.
    private func ids(_ known: [String: String]) -> [String] {
        Set(known.keys).union(state.runs.folderEntries.filter { !$0.hasPrefix(".") }).sorted(by: >)
    }

    /// A run as it stands now; nil if nothing is known about it.
    private func run(_ id: String) -> RecordedRun? {
        let remembered = (try? history.summary(of: id)) ?? nil
        let places = RunPlaces(state.runs.appending(id))
        let folder = places.path.isFolder ? places : nil
        if let remembered, let outcome = remembered.outcome {
            return RecordedRun(summary: remembered, status: .init(outcome), folder: folder)
        }
        // In this order: a run that ends meanwhile has written how before it lets go of the lock.
        let isAlive = folder?.isAlive ?? false
        guard let summary = folder.flatMap({ RunSummary(folder: $0.path) }) ?? remembered else { return nil }
        let status = summary.outcome.map(RecordedRun.Status.init) ?? (isAlive ? .running : .abandoned)
        return RecordedRun(summary: summary, status: status, folder: folder)
    }
}

/// A run that nobody knows, or that is not the only one of its name.
package enum UnknownRunError: Error, Equatable, CustomStringConvertible {
    /// No run has this name; there is none at all if it is nil.
    case none(String?)
    /// Several have it, among them these.
    case several(String, [String])

    package var description: String {
        switch self {
        case .none(nil): "there is no run yet; 'imagefactory build TEMPLATE' makes one"
        case .none(let name?): "no run's id begins or ends with '\(name)'; 'imagefactory run list' shows them"
        case .several(let name, let ids):
            "several runs' ids begin or end with '\(name)': \(ids.joined(separator: ", ")); give more of it"
        }
    }
}
