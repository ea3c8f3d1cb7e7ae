import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct RunBookTests {
    let folder: TestFolder
    let workshop = Workshop()

    init() throws {
        folder = try TestFolder()
    }

    private func book(creating: Bool = false) async -> RunBook {
        RunBook(
            state: folder.state,
            history: await History.open(in: folder.state, creating: creating) { Issue.record("\($0)") })
    }

    @Test func knowsNoRunInAnEmptyFolder() async throws {
        #expect(await book().runs() == [])
        let book = await book()
        #expect(throws: UnknownRunError.none(nil)) { try book.run(named: nil) }
        #expect(throws: UnknownRunError.none("x")) { try book.run(named: "x") }
    }

    @Test func needsNoHistory() async throws {
        let result = try await folder.build(workshop)
        let run = try await book().run(named: nil)
        #expect(run.status == .done)
        #expect(run.summary.id == result.run)
        #expect(run.summary.stages.count == 8)
        #expect(run.folder?.path == folder.state.runs.appending(result.run))
        #expect(await book().runs() == [run])
    }

    @Test func needsNoFolders() async throws {
        let history = await History.open(in: folder.state, creating: true) { _ in }
        let result = try await folder.build(workshop, events: HistoryRecorder(history))
        let before = try await book().run(named: result.run)
        try folder.state.runs.remove()
        let run = try await book().run(named: result.run)
        #expect(run.summary == before.summary)
        #expect(run.status == .done && run.folder == nil)
    }

    @Test func tellsAliveFromKilledByTheLock() async throws {
        let history = await History.open(in: folder.state, creating: true) { _ in }
        var run: RunFolder? = try RunFolder.begin(template: "t", version: "0", in: folder.state)
        let id = try #require(run?.id)
        let recorder = HistoryRecorder(history)
        let started = RunEvent.Kind.runStarted(stages: ["seal"], origin: RunOrigin(try #require(run)))
        for kind in [started, .stageStarted(stage: "seal", key: nil)] {
            recorder.receive(RunEvent(time: "T", run: id, template: "t", kind: kind))
        }
        #expect(try await book().run(named: id).status == .running)
        // The kernel takes the lock from a process that dies; so does the object that goes away.
        run = nil
        #expect(try await book().run(named: id).status == .abandoned)
        for abandoned in try RunFolder.abandoned(in: folder.state) { try abandoned.markEnded(.abandoned) }
        let cleaned = try await book().run(named: id)
        #expect(cleaned.status == .abandoned && cleaned.summary.outcome == .abandoned)
        try folder.state.runs.remove()
        let gone = try await book().run(named: id)
        #expect(gone.status == .abandoned && gone.summary.stages.count == 1)
    }

    @Test func knowsARunThatWasRefusedBeforeItsFirstStage() async throws {
        let run = try RunFolder.begin(template: "t", version: "0", in: folder.state)
        try run.markEnded(.failed)
        let found = try await book().run(named: nil)
        #expect(found.status == .failed && found.summary.template == "t" && found.summary.stages.isEmpty)
        #expect(found.summary.ended != nil)
    }

    @Test func passesOverATornLineAndWhatItDoesNotKnow() async throws {
        let result = try await folder.build(workshop)
        let journal = folder.state.runs.appending(result.run).appending("events.jsonl")
        let whole = try #require(RunSummary(folder: folder.state.runs.appending(result.run)))
        let lines = try journal.readText()
        let strange = "\n{\"event\":\"run-dreamt\"}\nnot JSON\n{\"event\":\"stage-fin"
        try journal.write((lines.split(separator: "\n").joined(separator: strange + "\n") + strange).utf8)
        #expect(RunSummary(folder: folder.state.runs.appending(result.run)) == whole)
    }

    @Test func listsTheNewestFirstAndOnlyWhatIsWanted() async throws {
        let history = await History.open(in: folder.state, creating: true) { _ in }
        for (number, template) in ["web", "db", "web", "web"].enumerated() {
            var summary = RunSummary(id: "2026112\(number)T000000Z-00000\(number)", template: template, started: "T")
            summary.outcome = .done
            try history.save(summary)
        }
        let book = await book()
        #expect(book.runs().map { $0.summary.id.suffix(1) } == ["3", "2", "1", "0"])
        #expect(book.runs(of: "web", limit: 2).map { $0.summary.id.suffix(1) } == ["3", "2"])
        #expect(book.runs(of: "nothing").isEmpty)
    }

    @Test func findsARunByEitherEndOfItsName() async throws {
        let history = await History.open(in: folder.state, creating: true) { _ in }
        for id in ["20261123T044512Z-a1b2c3", "20261123T044513Z-a1ffff", "20261124T000000Z-0000c3"] {
            var summary = RunSummary(id: id, template: "web", started: "T")
            summary.outcome = .done
            try history.save(summary)
        }
        let book = await book()
        #expect(try book.run(named: nil).summary.id == "20261124T000000Z-0000c3")
        #expect(try book.run(named: "b2c3").summary.id == "20261123T044512Z-a1b2c3")
        #expect(try book.run(named: "20261124").summary.id == "20261124T000000Z-0000c3")
        #expect(throws: UnknownRunError.none("a1b2")) { try book.run(named: "a1b2") }
        #expect(throws: UnknownRunError.several("c3", ["20261124T000000Z-0000c3", "20261123T044512Z-a1b2c3"])) {
            try book.run(named: "c3")
        }
    }
}
