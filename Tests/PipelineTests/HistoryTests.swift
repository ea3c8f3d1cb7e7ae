import Foundation
import GRDB
import HostSystem
import Synchronization
import SystemPackage
import Testing

@testable import Pipeline

struct HistoryTests {
    let folder: TestFolder
    let workshop = Workshop()

    init() throws {
        folder = try TestFolder()
    }

    /// Opens the history, and expects that something is said if and only if `sign` is given.
    private func open(creating: Bool = true, saying sign: String? = nil) async -> History {
        var said: [String] = []
        let history = await History.open(in: folder.state, creating: creating) { said.append($0) }
        #expect(said.count == (sign == nil ? 0 : 1), "\(said)")
        if let sign { #expect(said.first?.contains(sign) == true, "\(said)") }
        return history
    }

    @discardableResult
    private func build(into history: History) async throws -> RunSummary {
        let recorder = HistoryRecorder(history)
        let result = try await folder.build(workshop, events: recorder)
        #expect(recorder.problems == [])
        return try #require(RunSummary(folder: folder.state.runs.appending(result.run)))
    }

    @Test func remembersWhatTheJournalTells() async throws {
        let history = await open()
        let first = try await build(into: history)
        let second = try await build(into: history)
        #expect(try history.summary(of: first.id) == first)
        #expect(try history.summary(of: second.id) == second)
        #expect(first.outcome == .done && first.ended != nil && first.seconds != nil)
        #expect(first.origin?.host == .current && first.origin?.process == getpid())
        #expect(first.release?.path == "/output/release")
        #expect(first.stages.map(\.action) == Array(repeating: .run, count: 8))
        #expect(second.stages.map(\.action) == [.run] + Array(repeating: .cached, count: 6) + [.run])
        let made = first.stages.map(\.made)
        #expect(made.filter { !$0.isEmpty }.count == 1 && made[5]["image"] != nil)
        #expect(second.stages.map(\.made) == made)
    }

    @Test func remembersWhyAStageFailed() async throws {
        workshop.fail("prove", with: TestDiagnosis())
        let history = await open()
        _ = try? await build(into: history)
        let id = try #require(try history.templates().keys.first)
        let summary = try #require(try history.summary(of: id))
        #expect(summary.outcome == .failed)
        #expect(summary.failure?.stage == "prove")
        #expect(
            summary.failure?.reason
                == StageFailure(
                    message: "the disk is full", cause: "host-disk-full", evidence: ["0 bytes left"],
                    advice: "make room"))
        #expect(summary.stages.last?.action == nil)
    }

    @Test func remembersARunWhileItGoesOn() async throws {
        let history = await open()
        workshop.onRun(of: "install") { [folder] work in
            let other = await History.open(in: folder.state, creating: false) { _ in }
            let summary = try #require(try other.summary(of: work.run.id))
            #expect(summary.outcome == nil)
            #expect(summary.stages[0].seconds != nil)
            #expect(summary.stages[1].action == .run && summary.stages[1].seconds == nil)
        }
        try await build(into: history)
    }

    @Test func isNotBegunByThoseWhoOnlyRead() async throws {
        let history = await open(creating: false)
        #expect(try history.templates().isEmpty)
        #expect(!folder.state.root.exists)
    }

    @Test func beginsInAnEmptyFile() async throws {
        try folder.write("", to: "state/history.sqlite")
        let summary = try await build(into: await open())
        #expect(try await open(creating: false).summary(of: summary.id) == summary)
    }

    @Test func takesManyWritersAtOnce() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask { [folder] in
                    // Each has a connection of its own, and they open it at the same moment.
                    let history = await History.open(in: folder.state, creating: true) { Issue.record("\($0)") }
                    for number in 0..<20 {
                        var summary = RunSummary(id: "\(writer)-\(number)", template: "t\(writer)", started: "T")
                        summary.stages = (0..<9).map { RunSummary.Stage(name: "stage\($0)") }
                        try history.save(summary)
                    }
                }
            }
            try await group.waitForAll()
        }
        let history = await open()
        #expect(try history.templates().count == 160)
        #expect(try history.summary(of: "7-19")?.stages.count == 9)
    }

    @Test(arguments: ["no database", String(repeating: "longer than the header of one. ", count: 99)])
    func setsADamagedFileAside(content: String) async throws {
        let known = try await build(into: await open())
        for suffix in ["-wal", "-shm"] { try FilePath("\(folder.state.history)\(suffix)").remove() }
        try folder.state.history.write(content.utf8)
        let history = await open(saying: "damaged; it lies in")
        // What the runs' folders tell is not lost.
        #expect(try history.summary(of: known.id) == known)
        try await build(into: history)
        let aside = folder.state.root.folderEntries.filter { $0.hasPrefix("history.sqlite.damaged-") }
        #expect(aside.count == 1)
        #expect(try folder.state.root.appending(try #require(aside.first)).readText() == content)
        #expect(try await open().templates().count == 2)
    }

    @Test func noticesDamageInTheMiddle() async throws {
        let history = await open()
        for number in 0..<200 { try history.save(RunSummary(id: "run-\(number)", template: "t", started: "T")) }
        try history.database?.close()
        var bytes = try folder.state.history.readBytes()
        for index in 8192..<16384 { bytes[index] = 0xA5 }
        try folder.state.history.write(bytes)
        _ = await open(saying: "damaged; it lies in")
        #expect(try await open().templates().isEmpty)
    }

    @Test func leavesAFileOfANewerVersionAlone() async throws {
        let history = await open()
        try await history.database?.write { database in
            try database.execute(sql: "INSERT INTO grdb_migrations VALUES ('99: from the future')")
        }
        try history.database?.close()
        let newer = await open(saying: "a newer version of imagefactory")
        try await build(into: newer)
        #expect(folder.state.root.folderEntries.filter { $0.hasPrefix("history.sqlite.") }.isEmpty)
    }

    @Test func failsNoRunWhenItCannotBeOpened() async throws {
        try folder.state.history.createFolder()
        try await build(into: await open(saying: "cannot be used"))
    }

    @Test func losesNothingWhenItIsLockedForATime() async throws {
        let history = await open()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.state.history.string, configuration: configuration)
        // Somebody holds the database from the first stage to the last.
        workshop.onRun(of: "fetch") { _ in
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        }
        workshop.onRun(of: "publish") { _ in
            try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        }
        let clock = ContinuousClock()
        let start = clock.now
        let summary = try await build(into: history)
        #expect(clock.now - start < .seconds(20), "each event waited for the lock")
        #expect(try history.summary(of: summary.id) == summary)
    }

    @Test func saysOnceWhatItCouldNotKeepAndFailsNoRun() async throws {
        let history = await open()
        try await build(into: history)
        try await history.database?.write { database in
            // No page may be added: SQLite's own word for a full disk.
            try database.execute(sql: "PRAGMA max_page_count = 1")
        }
        let recorder = HistoryRecorder(history)
        for _ in 0..<20 {
            _ = try await folder.build(workshop, events: recorder)
            guard recorder.problems.isEmpty else { break }
        }
        #expect(recorder.problems.count == 1)
        #expect(recorder.problems.first?.contains("is not in the history") == true, "\(recorder.problems)")
        #expect(recorder.problems.first?.contains("full") == true, "\(recorder.problems)")
    }

    @Test func keepsRunsApartThatGoOnAtOnce() async throws {
        let history = await open()
        let recorder = HistoryRecorder(history)
        let results = try await withThrowingTaskGroup(of: RunResult.self) { group in
            for number in 0..<6 {
                group.addTask { [folder] in
                    try await folder.build(Workshop(), template: "t\(number)", events: recorder)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count == 6)
        for result in results {
            #expect(try history.summary(of: result.run) == RunSummary(folder: folder.state.runs.appending(result.run)))
        }
        #expect(Set(try history.templates().values).count == 6)
    }
}
