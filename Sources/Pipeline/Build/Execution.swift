internal import HostSystem
internal import Synchronization
internal import SystemPackage

/// One run under way.
final class Execution {
    private let runner: Runner
    private let run: RunFolder
    private let log: EventLog
    private let estimates: [String: Double]
    private let published = PublishedPath()
    private var itinerary: Itinerary
    private var keys = StageKeys()
    private var disk: FilePath?
    private var images: FilePath?
    private var reports: [String: FilePath] = [:]
    private var results: [RunResult.Stage] = []
    private var plan: [PlannedStage] = []

    /// A run of the runner's stages; `estimates` says how many seconds they take as a rule.
    init(runner: Runner, run: RunFolder, log: EventLog, estimates: [String: Double]) {
        self.runner = runner
        self.run = run
        self.log = log
        self.estimates = estimates
        itinerary = Itinerary(runner.stages, options: runner.options)
    }

    private var store: Store { runner.store }

    /// Runs what must run, in order.
    ///
    /// Nothing but a stage that keeps nothing, such as the publishing, waits for a report: reports are made beside the
    /// stages that follow. When one of those fails, the reports are still finished, and need not be made again.
    func run() async throws -> RunResult {
        try await withThrowingTaskGroup(of: Making.Outcome.self) { reports in
            do {
                try await runStages(&reports)
            } catch {
                while !Task.isCancelled, !reports.isEmpty { _ = try? await reports.next() }
                throw error
            }
        }
        let order = Dictionary(uniqueKeysWithValues: itinerary.stops.enumerated().map { ($1.stage.name, $0) })
        results.sort { order[$0.name, default: 0] < order[$1.name, default: 0] }
        return RunResult(run: run.id, stages: results, disk: disk, images: images, release: published.path)
    }

    private func runStages(_ reports: inout ThrowingTaskGroup<Making.Outcome, any Error>) async throws {
        var isResolved = false
        var index = 0
        while index < itinerary.stops.count {
            try Task.checkCancellation()
            let stop = itinerary.stops[index]
            if stop.product == .nothing { try await finish(&reports) }
            if !isResolved, stop.product != .nothing {
                try await resolve(from: index)
                isResolved = true
            }
            let group = stop.group
            switch itinerary.stops[index].action {
            case .run where stop.product == .nothing:
                try await runUnkept(stop.stage)
                // It may have found out what later stages are made of.
                isResolved = false
            case .run where stop.product == .report:
                let making = try making(group)
                reports.addTask { try await making.run() }
            case .run:
                try finish(try await making(group).run())
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
        try await finish(&reports)
    }

    /// Waits for the reports that are being made.
    private func finish(_ reports: inout ThrowingTaskGroup<Making.Outcome, any Error>) async throws {
        while let outcome = try await reports.next() { try finish(outcome) }
    }

    private func finish(_ outcome: Making.Outcome) throws {
        guard outcome.isOurs else { return try reuse(outcome.group) }
        results += outcome.results
        adopt(outcome.entry)
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
            throw GroupProgress([itinerary.stops[index].stage], keys: [nil], log: log).failure(error)
        }
        tellPlan()
    }

    /// Tells what becomes of the stages, if that is another than what was told before.
    private func tellPlan() {
        let plan = itinerary.stops.map { stop in
            let name = stop.stage.name
            return PlannedStage(stage: name, action: stop.action, estimate: estimates[name])
        }
        guard plan != self.plan else { return }
        self.plan = plan
        log.emit(.runPlanned(plan))
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
            throw progress.failure(error)
        }
        progress.end()
        results.append(progress.results(action: .run)[0])
    }

    /// The making of the result of a stage, or of stages that share a boot.
    private func making(_ group: Range<Int>) throws -> Making {
        let stops = itinerary.stops[group]
        let progress = GroupProgress(stops.map(\.stage), keys: stops.map(\.key), log: log)
        guard let entry = entry(for: stops) else { throw progress.failure(UnknownIngredientsError()) }
        // A stage knows its own key too: what it derives from the key, later stages derive again.
        for stop in stops { keys.byStage[stop.stage.name] = stop.key }
        let work = work(in: run.path, progress: progress, mayGoOn: !stops.contains { $0.isForced })
        return Making(
            runner: runner, run: run.id, group: group, stops: Array(stops), entry: entry, progress: progress,
            work: work,
            log: log)
    }

    /// Takes a stored result.
    private func reuse(_ group: Range<Int>) throws {
        for stop in itinerary.stops[group] {
            stop.key.map { log.emit(.stageCached(stage: stop.stage.name, key: $0, made: digests(of: stop))) }
            finish(stop, .cached, seconds: 0)
        }
        entry(for: itinerary.stops[group]).map(adopt)
    }

    /// The digests of what a stored result holds; for the record alone, so a result is as good without them.
    private func digests(of stop: Itinerary.Stop) -> [String: Digest] {
        stop.key.flatMap { try? stop.stage.digests(in: store.path(of: $0)) } ?? [:]
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

    private func work(in folder: FilePath, progress: GroupProgress, mayGoOn: Bool = false) -> StageWork {
        let published = self.published
        let identity = disk == nil ? nil : keys.disk.flatMap(store.entry).map { "\($0.key) \($0.instance)" }
        return StageWork(
            disk: disk, diskIdentity: identity, mayGoOn: mayGoOn, folder: folder, run: run, images: images,
            reports: reports, keys: keys, ingredients: itinerary.ingredients,
            published: { published.path = $0 }, report: { progress.report($0) })
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
