import HostSystem
import Pipeline
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RunnerTests {
    let folder: TestFolder
    let workshop = Workshop()

    init() throws {
        folder = try TestFolder()
    }

    private let everything = [
        "fetch", "install", "boot", "configure", "clean", "prove", "convert", "compare", "publish",
    ]

    @Test func runsEveryStageOnceAndBootsOnceForNeighbours() async throws {
        let result = try await folder.build(workshop)
        #expect(workshop.ran() == everything)
        #expect(result.release == "/output/release")
        let disk = try #require(result.disk).readText()
        #expect(disk.split(separator: " ").map { $0.prefix { $0 != ":" } } == ["install", "configure", "clean"])
        #expect(result.stages.map(\.name) == everything.filter { $0 != "boot" })
        #expect(result.stages.allSatisfy { $0.action == .run })
    }

    @Test func keepsOneLayerForStagesThatShareABoot() async throws {
        try await folder.build(workshop)
        let stored = folder.state.store.entries
        #expect(Set(stored.map(\.stage)) == ["install", "clean", "prove", "convert", "compare"])
        let clean = try #require(stored.first { $0.stage == "clean" })
        #expect(Set(clean.ingredients.keys) == ["configure", "clean"])
        #expect(clean.previous == stored.first { $0.stage == "install" }?.key)
    }

    @Test func doesNothingTwice() async throws {
        let first = try await folder.build(workshop)
        _ = workshop.ran()
        let second = try await folder.build(workshop)
        #expect(workshop.ran() == ["fetch", "publish"])
        #expect(second.stages.map(\.key) == first.stages.map(\.key))
        #expect(second.disk == first.disk)
        #expect(second.images == first.images)
    }

    @Test(arguments: [
        ("install", ["fetch", "install", "boot", "configure", "clean", "prove", "convert", "compare", "publish"]),
        ("configure", ["fetch", "boot", "configure", "clean", "prove", "convert", "compare", "publish"]),
        ("clean", ["fetch", "boot", "configure", "clean", "prove", "convert", "compare", "publish"]),
        ("prove", ["fetch", "prove", "publish"]),
        ("convert", ["fetch", "convert", "compare", "publish"]),
        ("compare", ["fetch", "compare", "publish"]),
    ])
    func redoesWhatDependsOnAChange(stage: String, expected: [String]) async throws {
        try await folder.build(workshop)
        _ = workshop.ran()
        workshop.setOption(of: stage, to: "changed")
        try await folder.build(workshop)
        #expect(workshop.ran() == expected)
    }

    @Test func keepsReportsOutOfEveryOtherKey() async throws {
        let before = try await folder.build(workshop)
        workshop.setOption(of: "prove", to: "changed")
        let after = try await folder.build(workshop)
        let changed = zip(before.stages, after.stages).filter { $0.key != $1.key }.map(\.0.name)
        #expect(changed == ["prove"])
    }

    @Test(arguments: ["install", "configure", "clean", "prove", "convert", "compare", "publish"])
    func goesOnAfterAFailure(stage: String) async throws {
        workshop.fail(stage, with: TestError())
        let recorder = EventRecorder()
        let error = await #expect(throws: StageError.self) { try await folder.build(workshop, events: recorder) }
        #expect(error?.stage == stage)
        #expect(error?.cause is TestError)
        #expect(try recorder.names.contains("stage-failed \(stage)"))
        workshop.fail(stage, with: nil)
        let done = workshop.ran()
        let result = try await folder.build(workshop)
        // What was finished before the failure is not done again; stages of one boot are finished together.
        let redone = Set(workshop.ran()).intersection(done)
        let boot: Set = ["boot", "configure", "clean"]
        #expect(redone.subtracting(["fetch", stage]).subtracting(boot.contains(stage) ? boot : []).isEmpty)
        #expect(result.release == "/output/release")
        #expect(folder.leftovers.isEmpty)
    }

    @Test func namesTheCauseOfADiagnosedFailure() async throws {
        workshop.fail("convert", with: TestDiagnosis())
        let recorder = EventRecorder()
        await #expect(throws: StageError.self) { try await folder.build(workshop, events: recorder) }
        let failures = recorder.kinds.compactMap { kind -> [String?]? in
            guard case .stageFailed(let stage, _, let failure) = kind else { return nil }
            return [stage, failure.message, failure.cause, failure.advice] + failure.evidence
        }
        #expect(failures == [["convert", "the disk is full", "host-disk-full", "make room", "0 bytes left"]])
    }

    @Test func passesCancellationThrough() async throws {
        workshop.onRun(of: "clean") { _ in
            withUnsafeCurrentTask { $0?.cancel() }
            throw TestError()
        }
        let recorder = EventRecorder()
        let task = Task { [folder, workshop] in try await folder.build(workshop, events: recorder) }
        await #expect(throws: CancellationError.self) { try await task.value }
        let ends = recorder.kinds.compactMap { kind -> RunRecord.Outcome? in
            guard case .runFinished(let outcome, _, _) = kind else { return nil }
            return outcome
        }
        #expect(ends == [.interrupted])
        #expect(RunFolder.records(in: folder.state).map(\.outcome) == [.interrupted])
        #expect(folder.leftovers.isEmpty)
        workshop.onRun(of: "clean", nil)
        _ = workshop.ran()
        try await folder.build(workshop)
        #expect(workshop.ran() == everything.filter { $0 != "install" })
    }

    @Test func stopsAfterTheLastStageAskedFor() async throws {
        let result = try await folder.build(workshop, .init(until: "configure"))
        #expect(workshop.ran() == ["fetch", "install", "boot", "configure"])
        #expect(try result.disk?.readText().contains("configure") == true)
        try await folder.build(workshop)
        // The boot that ended early is another layer than the whole one.
        #expect(workshop.ran() == everything.filter { $0 != "install" })
    }

    @Test func refusesStagesThatAreNotThere() throws {
        let error = #expect(throws: UnknownStageError.self) { try folder.runner(workshop, .init(from: "instal")) }
        #expect(error?.description == "'instal' is not a stage of this run; did you mean 'install'?")
        #expect(throws: UnknownStageError.self) { try folder.runner(workshop, .init(from: "prove", until: "install")) }
    }

    @Test func makesNothingThatNobodyNeeds() async throws {
        let first = try await folder.build(workshop)
        try first.disk?.removingLastComponent().remove()
        _ = workshop.ran()
        let second = try await folder.build(workshop)
        #expect(workshop.ran() == ["fetch", "publish"])
        #expect(second.disk == nil)
        #expect(second.images == first.images)
        #expect(second.stages.first { $0.name == "clean" }?.action == .notNeeded)
    }

    @Test func trustsNoLayerOverARemadeBase() async throws {
        let first = try await folder.build(workshop)
        let base = try #require(folder.state.store.entries.first { $0.stage == "install" })
        try folder.state.store.path(of: base.key).remove()
        workshop.setOption(of: "prove", to: "changed")
        _ = workshop.ran()
        let second = try await folder.build(workshop)
        // The images' bytes would belong to a disk that is no more.
        #expect(workshop.ran() == everything)
        #expect(second.stages.map(\.key)[1...3] == first.stages.map(\.key)[1...3])
        let disk = try #require(second.disk).readText()
        #expect(try second.images?.appending("image").readText() == "image of \(disk)")
        #expect(folder.leftovers.isEmpty)
    }

    @Test func repeatsOnRequestWithoutTouchingWhatIsStored() async throws {
        let first = try await folder.build(workshop)
        let bytes = try first.disk?.readBytes()
        _ = workshop.ran()
        let second = try await folder.build(workshop, .init(usesCache: false))
        #expect(workshop.ran() == everything)
        #expect(second.disk != first.disk)
        #expect(try first.disk?.readBytes() == bytes)
        let third = try await folder.build(workshop)
        #expect(workshop.ran() == ["fetch", "publish"])
        #expect(third.disk == second.disk)
        let fourth = try await folder.build(workshop, .init(from: "clean"))
        #expect(workshop.ran() == everything.filter { $0 != "install" })
        #expect(fourth.disk != third.disk)
    }

    @Test func goesOnAfterAFailedRepetition() async throws {
        let first = try await folder.build(workshop)
        workshop.fail("convert", with: TestError())
        await #expect(throws: StageError.self) { try await folder.build(workshop, .init(usesCache: false)) }
        workshop.fail("convert", with: nil)
        _ = workshop.ran()
        let third = try await folder.build(workshop)
        #expect(workshop.ran() == ["fetch", "convert", "compare", "publish"])
        #expect(third.disk != first.disk)
    }

    @Test func learnsIngredientsFromTheStagesBefore() async throws {
        workshop.isFetched = false
        let plan = try await folder.runner(workshop).plan()
        #expect(plan.steps.allSatisfy { $0.key == nil })
        #expect(plan.steps[1].reason == "what it needs is not known before the stages above ran")
        let result = try await folder.build(workshop)
        #expect(result.stages.filter { $0.key == nil }.map(\.name) == ["fetch", "publish"])
    }

    @Test func saysWhyAStageRuns() async throws {
        func reasons() async throws -> [String] {
            try await folder.runner(workshop).plan().steps.map { "\($0.stage): \($0.action.rawValue), \($0.reason)" }
        }
        #expect(try await reasons()[1...2] == ["install: run, it never ran", "configure: run, it never ran"])
        try await folder.build(workshop)
        #expect(
            try await reasons() == [
                "fetch: run, it always runs", "install: cached, its result is stored",
                "configure: cached, its result is stored", "clean: cached, its result is stored",
                "prove: cached, its result is stored", "convert: cached, its result is stored",
                "compare: cached, its result is stored", "publish: run, it always runs",
            ])
        workshop.setOption(of: "configure", to: "changed")
        #expect(
            try await reasons()[1...4] == [
                "install: cached, its result is stored", "configure: run, its options changed",
                "clean: run, a stage above changed", "prove: run, a stage above changed",
            ])
        let plan = try await folder.runner(workshop, .init(from: "convert")).plan()
        #expect(plan.steps[5].reason == "it was asked for")
    }

    @Test func sharesTheWorkOfTwoBuildsAtOnce() async throws {
        let other = Workshop()
        let entered = Gate()
        let waiting = Gate()
        workshop.onRun(of: "install") { _ in
            await entered.open()
            await waiting.wait()
        }
        let recorder = WaitRecorder(gate: waiting)
        async let first = folder.build(workshop)
        await entered.wait()
        async let second = folder.build(other, template: "u", events: recorder)
        let results = try await [first, second]
        let ran = workshop.ran() + other.ran()
        for stage in ["install", "clean", "prove", "convert", "compare"] {
            #expect(ran.filter { $0 == stage }.count == 1, "\(stage)")
        }
        #expect(ran.filter { $0 == "publish" }.count == 2)
        #expect(results[0].disk == results[1].disk)
        #expect(results[0].images == results[1].images)
        #expect(folder.leftovers.isEmpty)
    }

    @Test func makesReportsBesideTheStagesThatFollow() async throws {
        let converting = Gate()
        workshop.onRun(of: "prove") { _ in await converting.wait() }
        workshop.onRun(of: "convert") { _ in await converting.open() }
        workshop.onRun(of: "publish") { work in
            #expect(Set(work.reports.keys) == ["prove", "compare"])
        }
        let result = try await folder.build(workshop)
        #expect(workshop.ran() == everything)
        #expect(result.stages.map(\.name) == everything.filter { $0 != "boot" })
    }

    @Test func publishesNothingWhenAReportFailsAndKeepsTheImages() async throws {
        let converted = Gate()
        workshop.onRun(of: "prove") { _ in
            await converted.wait()
            throw TestError()
        }
        workshop.onRun(of: "convert") { _ in await converted.open() }
        let error = await #expect(throws: StageError.self) { try await folder.build(workshop) }
        #expect(error?.stage == "prove")
        #expect(workshop.ran() == everything.filter { $0 != "publish" })
        workshop.onRun(of: "prove", nil)
        try await folder.build(workshop)
        #expect(workshop.ran() == ["fetch", "prove", "publish"])
    }

    @Test func handsStagesWhatTheyNeed() async throws {
        let result = try await folder.build(workshop)
        let prove = try #require(workshop.work(of: "prove"))
        #expect(prove.disk == result.disk)
        #expect(prove.images == nil)
        #expect(prove.reports.isEmpty)
        let publish = try #require(workshop.work(of: "publish"))
        #expect(publish.images == result.images)
        #expect(Set(publish.reports.keys) == ["prove", "compare"])
        #expect(Set(publish.keys.byStage.keys) == ["install", "configure", "clean", "prove", "convert", "compare"])
        #expect(publish.keys.images == result.stages.first { $0.name == "convert" }?.key)
        #expect(publish.keys.disk == result.stages.first { $0.name == "clean" }?.key)
        #expect(!publish.folder.exists)
    }

    @Test func noticesAStageThatLeavesNoResult() async throws {
        workshop.onRun(of: "clean") { work in
            // The workshop writes the disk afterwards into a folder that is no more.
            try work.folder.remove()
        }
        let error = await #expect(throws: StageError.self) { try await folder.build(workshop) }
        #expect(error?.stage == "clean")
        #expect(folder.state.store.entries.map(\.stage) == ["install"])
    }
}

/// Opens once.
private actor Gate {
    private var isOpen = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    func wait() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiters.append($0) }
    }
}

/// Opens a gate when a run says that it waits for another.
private struct WaitRecorder: EventSink {
    let gate: Gate
    func receive(_ event: RunEvent) {
        if case .stageProgress = event.kind { Task { await gate.open() } }
    }
}

struct TestError: Error {}

struct TestDiagnosis: DiagnosedError, CustomStringConvertible {
    var causeName: String { "host-disk-full" }
    var evidence: [String] { ["0 bytes left"] }
    var advice: String { "make room" }
    var description: String { "the disk is full" }
}

extension TestFolder {
    /// What no run may leave behind: partial entries, and scratch folders of runs.
    var leftovers: [String] {
        let partial = state.store.folder.folderEntries.filter { $0.contains("partial") }
        let known: Set = ["run.json", "lock", "events.jsonl", "logs", "bundle"]
        return partial
            + state.runs.folderEntries.flatMap { run in
                run.hasPrefix(".") ? [run] : state.runs.appending(run).folderEntries.filter { !known.contains($0) }
            }
    }
}
