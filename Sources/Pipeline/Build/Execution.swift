internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// One run under way.
final class Execution {
    private let runner: Runner
    private let run: RunFolder
    private let log: EventLog
    private let clock = ContinuousClock()
    private let published = PublishedPath()
    private var itinerary: Itinerary
    private var keys = StageKeys()
    private var disk: FilePath?
    private var images: FilePath?
    private var reports: [String: FilePath] = [:]
    private var results: [RunResult.Stage] = []

    /// A run of the runner's stages.
    init(runner: Runner, run: RunFolder, log: EventLog) {
        self.runner = runner
        self.run = run
        self.log = log
        itinerary = Itinerary(runner.stages, options: runner.options)
    }

    private var store: Store { runner.store }

    /// Runs what must run, in order.
    func run() async throws -> RunResult {
        var isResolved = false
        var index = 0
        while index < itinerary.stops.count {
            try Task.checkCancellation()
            if !isResolved, itinerary.stops[index].product != .nothing {
                try await resolve(from: index)
                isResolved = true
            }
            let stop = itinerary.stops[index]
            let group = stop.group
            switch stop.action {
            case .run where stop.product == .nothing:
                try await runUnkept(stop.stage)
                // It may have found out what later stages are made of.
                isResolved = false
            case .run:
                try await make(group)
            case .cached:
                try reuse(group)
            case .notNeeded:
                for stop in itinerary.stops[group] {
                    log.emit(.stageSkipped(stage: stop.stage.name, key: stop.key))
                    finish(stop, .notNeeded, seconds: 0)
                }
                disk = nil
            }
            index = group.upperBound
        }
        return RunResult(run: run.id, stages: results, disk: disk, images: images, release: published.path)
    }

    private func resolve(from index: Int) async throws {
        do {
            try await itinerary.resolve(from: index, store: store, token: run.id)
            if itinerary.stops[index].key == nil {
                throw StageError(stage: itinerary.stops[index].stage.name, cause: UnknownIngredientsError())
            }
            try await store.withoutRemovals {
                try run.note(keys: itinerary.stops.compactMap(\.key))
                itinerary.decide(from: index, store: store)
            }
        } catch {
            throw failure(error, GroupProgress([itinerary.stops[index].stage], keys: [nil], log: log))
        }
    }

    /// Runs a stage whose result is not kept.
    private func runUnkept(_ stage: any Stage) async throws {
        let progress = GroupProgress([stage], keys: [nil], log: log)
        progress.begin()
        do {
            try await run.withScratch(for: stage.name) { folder in
                try await stage.run(work(in: folder, progress: progress))
            }
        } catch {
            throw failure(error, progress)
        }
        progress.end()
        results.append(progress.results(action: .run)[0])
    }

    /// Makes the result of a stage, or of stages that share a boot.
    private func make(_ group: Range<Int>) async throws {
        let stops = itinerary.stops[group]
        let stages = stops.map(\.stage)
        let progress = GroupProgress(stages, keys: stops.map(\.key), log: log)
        guard let entry = entry(for: stops) else { throw failure(UnknownIngredientsError(), progress) }
        // A stage knows its own key too: what it derives from the key, later stages derive again.
        for stop in stops { keys.byStage[stop.stage.name] = stop.key }
        let isOurs: Bool
        do {
            let log = self.log
            isOurs = try await store.make(
                entry, run: run.id, lockDeadline: runner.options.lockDeadline,
                onWait: {
                    let message = "another build makes the same result; waiting for it"
                    log.emit(.stageProgress(stage: entry.stage, message: message))
                },
                { folder in
                    progress.begin()
                    let work = work(in: folder, progress: progress)
                    try await produce(stages, work, progress)
                    guard entry.product != .disk || folder.appending("disk.qcow2").exists else {
                        throw MissingResultError()
                    }
                })
            for stop in stops { try stop.repeated.map { try store.renew($0, token: run.id) } }
        } catch {
            throw failure(error, progress)
        }
        guard isOurs else { return try reuse(group) }
        progress.end()
        results += progress.results(action: .run)
        adopt(entry)
    }

    private func produce(_ stages: [any Stage], _ work: StageWork, _ progress: GroupProgress) async throws {
        guard type(of: stages[0]).sharesBoot else { return try await stages[0].run(work) }
        try await runner.sharedBoot.run(stages, work) { stage, body in
            progress.move(to: stage.name)
            try await body()
        }
        guard progress.isAtLast else { throw MissingResultError() }
    }

    /// Takes a stored result.
    private func reuse(_ group: Range<Int>) throws {
        for stop in itinerary.stops[group] {
            stop.key.map { log.emit(.stageCached(stage: stop.stage.name, key: $0)) }
            finish(stop, .cached, seconds: 0)
        }
        entry(for: itinerary.stops[group]).map(adopt)
    }

    private func finish(_ stop: Itinerary.Stop, _ action: Plan.Action, seconds: Double) {
        keys.byStage[stop.stage.name] = stop.key
        if stop.product == .disk { keys.disk = stop.key }
        results.append(RunResult.Stage(name: stop.stage.name, key: stop.key, action: action, seconds: seconds))
    }

    /// Makes a finished result what later stages get.
    private func adopt(_ entry: StoreEntry) {
        let path = store.path(of: entry.key)
        switch entry.product {
        case .disk:
            keys.disk = entry.key
            disk = path.appending("disk.qcow2")
        case .images:
            keys.images = entry.key
            images = path
        case .report: reports[entry.stage] = path
        case .nothing: break
        }
    }

    private func entry(for stops: ArraySlice<Itinerary.Stop>) -> StoreEntry? {
        guard let first = stops.first, let last = stops.last, let key = last.key else { return nil }
        let ingredients = stops.compactMap { stop in stop.ingredients.map { (stop.stage.name, $0) } }
        return StoreEntry(
            stage: last.stage.name, product: last.product, key: key, previous: first.previous,
            ingredients: Dictionary(uniqueKeysWithValues: ingredients), template: runner.template)
    }

    private func work(in folder: FilePath, progress: GroupProgress) -> StageWork {
        let published = self.published
        return StageWork(
            disk: disk, folder: folder, run: run, images: images, reports: reports, keys: keys,
            published: { published.path = $0 }, report: { progress.report($0) })
    }

    /// Tells that a stage failed, and wraps the error once; being cancelled is no failure.
    private func failure(_ error: any Error, _ progress: GroupProgress) -> any Error {
        if Task.isCancelled || error is CancellationError { return CancellationError() }
        let error = error as? StageError ?? StageError(stage: progress.current, cause: error)
        progress.fail(error)
        return error
    }
}

/// Where the release lies, once a stage told.
private final class PublishedPath: Sendable {
    private let value = Mutex<FilePath?>(nil)

    var path: FilePath? {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}

/// A stage that cannot say what it is made of, although every stage before it ran.
package struct UnknownIngredientsError: Error, CustomStringConvertible {
    package var description: String {
        "it does not know what it is made of, although all stages before it ran; put the stage that finds it out before it"
    }
}

/// A stage that ended without an error and without its result.
package struct MissingResultError: Error, CustomStringConvertible {
    package var description: String { "it ended without an error, but left no result" }
}
