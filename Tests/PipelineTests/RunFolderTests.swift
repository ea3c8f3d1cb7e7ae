import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

struct RunFolderTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    @Test func hasASortableName() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        #expect(run.id.wholeMatch(of: /\d{8}T\d{6}Z-[0-9a-f]{6}/) != nil)
        #expect(run.path == folder.state.runs.appending(run.id))
        #expect(run.logs.isFolder && run.bundle.isFolder)
        #expect(run.log(of: "seal") == run.logs.appending("seal.log"))
    }

    @Test func recordsWhatItIsAndHowItEnded() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        let resource = RunRecord.Resource(kind: "domain", name: "web-1")
        try run.note(resource)
        try run.note(resource)
        try run.note(RunRecord.Resource(kind: "domain", name: "web-2"))
        try run.forget(resource)
        let record = try #require(RunFolder.records(in: folder.state).first)
        #expect(record == run.record)
        #expect(record.template == "web" && record.version == "1.0" && record.process == getpid())
        #expect(record.resources.map(\.name) == ["web-2"])
        #expect(record.outcome == nil)
        try run.markEnded(.failed)
        #expect(RunFolder.records(in: folder.state).map(\.outcome) == [.failed])
    }

    @Test func endsOnce() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        try run.markEnded(.done)
        let ended = run.record
        try run.markEnded(.failed)
        #expect(RunFolder.records(in: folder.state) == [ended])
        #expect(ended.outcome == .done)
    }

    @Test func isNotAbandonedWhileItsProcessLives() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        #expect(try RunFolder.abandoned(in: folder.state).isEmpty)
        withExtendedLifetime(run) {}
    }

    @Test func isAbandonedWhenItsProcessWentAway() throws {
        let resource = RunRecord.Resource(kind: "runtime-folder", name: "/run/x")
        var run: RunFolder? = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        try run?.note(resource)
        let id = run?.id
        // The kernel takes the lock from a process that dies; so does the object that goes away.
        run = nil
        let found = try RunFolder.abandoned(in: folder.state)
        #expect(found.map(\.id) == [id])
        #expect(found.first?.record.resources == [resource])
        // Whoever found it holds it.
        #expect(try RunFolder.abandoned(in: folder.state).isEmpty)
        try found.first?.markEnded(.abandoned)
        #expect(RunFolder.records(in: folder.state).map(\.outcome) == [.abandoned])
    }

    @Test func knowsWhatStagesLeft() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        for name in [
            "scratch-fetch-12/file", "run.json.1234.partial", "logs/seal.log", "bundle/serial.log",
            "machines/if-a1b2c3-build/request",
        ] {
            try folder.write("x", to: "state/runs/\(run.id)/\(name)")
        }
        #expect(
            run.scratch == ["run.json.1234.partial", "scratch-fetch-12", "machines"].map { run.path.appending($0) })
    }

    @Test func isNobodysWhenItDiedWhileItBegan() throws {
        let run = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        try folder.write("", to: "state/runs/.new-0123abcd/lock")
        #expect(RunFolder.records(in: folder.state).map(\.id) == [run.id])
        #expect(try RunFolder.abandoned(in: folder.state).isEmpty)
        #expect(
            Temporary.abandoned(in: folder.state.runs, prefixes: [RunFolder.unnamed])
                == [folder.state.runs.appending(".new-0123abcd")])
    }

    @Test func isLivingAsLongAsItIsHeld() throws {
        var run: RunFolder? = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        let id = run?.id
        #expect(RunFolder.living(in: folder.state) == [id])
        run = nil
        #expect(RunFolder.living(in: folder.state).isEmpty)
    }

    @Test func isNotAbandonedOnceItEnded() throws {
        var run: RunFolder? = try RunFolder.begin(template: "web", version: "1.0", in: folder.state)
        try run?.markEnded(.done)
        run = nil
        #expect(try RunFolder.abandoned(in: folder.state).isEmpty)
    }

    @Test func listsRunsOldestFirst() throws {
        let runs = try (0..<3).map { _ in try RunFolder.begin(template: "web", version: "1.0", in: folder.state) }
        #expect(RunFolder.records(in: folder.state).map(\.id) == runs.map(\.id).sorted())
    }
}
