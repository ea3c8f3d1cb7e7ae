import HostSystem
import Pipeline
import Synchronization
package import SystemPackage

/// A build of cheap stages whose state lies on a disk that loses its power in the middle, and the build after it.
package struct PowerLossTrial: Sendable {
    /// After how many changes of the disk.
    package var changes: Int
    /// How much of what was not flushed comes to the disk nevertheless.
    package var keeping = 0.0
    /// What decides that.
    package var seed: UInt64 = 0
    /// The flushes that the disk only pretends to do.
    package var ignored: [PowerLossDisk.Flush] = []

    /// A trial.
    package init(
        changes: Int, keeping: Double = 0, seed: UInt64 = 0, ignored: [PowerLossDisk.Flush] = []
    ) {
        self.changes = changes
        self.keeping = keeping
        self.seed = seed
        self.ignored = ignored
    }

    /// What came of a trial.
    package struct Outcome: Sendable {
        /// What is not as it must be.
        package var problems: [String] = []
        /// How many changes of the disk the first build made.
        package var changes = 0
    }

    /// Does it in a folder that is empty.
    package func run(in folder: FilePath) async throws -> Outcome {
        try await PowerLossDisk.with(in: folder) { disk in
            let state = StateFolder(root: disk.path.appending("state"), cache: folder.appending("cache"))
            for flush in ignored { try disk.ignore(flush) }
            try disk.limit(changes: changes)
            let first = FinishedStages()
            _ = try? await CheapPipeline().build(in: state, events: first)
            var outcome = Outcome(changes: try disk.changes())
            try disk.losePower(keeping: keeping, seed: seed)

            // A stage of a shared boot is finished with the last of them.
            let finished = first.keys.filter { $0.stage != CheapProvision.name }
            for (stage, key) in finished where !state.store.holds(key) { outcome.problems.append("\(stage) is lost") }
            outcome.problems += StoreAudit(state.store).problems()
            do {
                outcome.problems += try await problemsOfNextBuild(in: state, finished: finished.map(\.stage))
            } catch {
                outcome.problems.append("the next build fails: \(error)")
            }
            return outcome
        }
    }

    /// The next build must end well, with all its results whole, and without doing anything twice.
    private func problemsOfNextBuild(in state: StateFolder, finished: [String]) async throws -> [String] {
        let next = FinishedStages()
        let result = try await CheapPipeline().build(in: state, events: next)
        var problems = next.keys.map(\.stage).filter(finished.contains).map { "\($0) is done twice" }
        problems += StoreAudit(state.store).problems()
        let image = try result.images.map { try CheckedText.read($0.appending("image.raw")).lines } ?? []
        let stages = image.map { String($0.prefix { $0 != ":" }) }
        if stages != CheapPipeline.diskStages { problems.append("the image was made by \(stages)") }
        return problems
    }
}

/// The stages that a run finished, as its events tell.
private final class FinishedStages: EventSink {
    private let finished = Mutex<[(stage: String, key: StageKey)]>([])

    var keys: [(stage: String, key: StageKey)] { finished.withLock { $0 } }

    func receive(_ event: RunEvent) {
        guard case .stageFinished(let stage, let key?, _, _, _) = event.kind else { return }
        finished.withLock { $0.append((stage, key)) }
    }
}
