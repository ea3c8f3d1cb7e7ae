internal import HostSystem
internal import SystemPackage

/// The making of one result in the store, by a stage or by stages that share a boot; it may run beside others.
struct Making: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// The stages, as indices of the itinerary.
        let group: Range<Int>
        /// The result.
        let entry: StoreEntry
        /// Whether it was made here; not if another build made the same meanwhile.
        let isOurs: Bool
        /// What became of the stages.
        let results: [RunResult.Stage]
    }

    let runner: Runner
    /// The run's id.
    let run: String
    let group: Range<Int>
    let stops: [Itinerary.Stop]
    let entry: StoreEntry
    let progress: GroupProgress
    /// What the stages are given, but for the folder.
    let work: StageWork
    let log: EventLog

    /// Makes the result, unless somebody makes it meanwhile.
    func run() async throws -> Outcome {
        let store = runner.store
        do {
            let isOurs = try await store.make(
                entry, run: run, lockDeadline: runner.options.lockDeadline,
                onWait: {
                    let message = "another build makes the same result; waiting for it"
                    log.emit(.stageProgress(stage: entry.stage, message: message))
                },
                { folder in
                    progress.begin()
                    var work = work
                    work.folder = folder
                    try await produce(work)
                    guard entry.product != .disk || folder.appending("disk.qcow2").exists else {
                        throw MissingResultError()
                    }
                })
            for stop in stops { try stop.repeated.map { try store.renew($0, token: run) } }
            if isOurs { progress.end(made: digests) }
            return Outcome(
                group: group, entry: entry, isOurs: isOurs, results: isOurs ? progress.results(action: .run) : [])
        } catch {
            throw progress.failure(error)
        }
    }

    /// The digests of what was made; for the record alone, so a result is as good without them.
    private var digests: [String: Digest] {
        stops.last.flatMap { try? $0.stage.digests(in: runner.store.path(of: entry.key)) } ?? [:]
    }

    private func produce(_ work: StageWork) async throws {
        let stages = stops.map(\.stage)
        guard type(of: stages[0]).sharesBoot else { return try await stages[0].run(work) }
        try await runner.sharedBoot.run(stages, work) { stage, body in
            progress.move(to: stage.name)
            try await body()
        }
        guard progress.isAtLast else { throw MissingResultError() }
    }
}

/// A stage that ended without an error and without its result.
package struct MissingResultError: Error, CustomStringConvertible {
    package var description: String { "it ended without an error, but left no result" }
}
