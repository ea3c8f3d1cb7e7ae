import CrashTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

/// Collections in a real state folder.
@Suite(.timeLimit(.minutes(5)))
struct GarbageCollectionTests {
    let folder: TestFolder

    init() throws {
        folder = try TestFolder()
    }

    private var state: StateFolder { folder.state }

    /// Builds the cheap pipeline; another option makes another chain on the same installed system.
    @discardableResult
    private func build(_ option: String, template: String = "web") async throws -> [StageKey] {
        try await CheapPipeline(template: template, options: ["provision": option])
            .build(in: state, events: EventRecorder()).stages.compactMap(\.key)
    }

    private func collect(keep: Int = 2) async throws -> [Garbage] {
        try await GarbageCollection(in: state, rules: KeepRules(chains: keep)).collect()
    }

    private func isHeld(_ keys: [StageKey]) -> Bool {
        guard let last = keys.last else { return false }
        return state.store.holds(last) && state.store.holds(keys[2])
    }

    @Test func removesTheOldestChainAndNothingElse() async throws {
        var chains: [[StageKey]] = []
        for option in ["1", "2", "3"] { chains.append(try await build(option)) }
        try folder.write("mine", to: "state/store/note.txt")
        try folder.write("mine", to: "state/store/\(String(repeating: "a", count: 63))/file")
        let removed = try await collect()
        #expect(removed.filter { $0.kind == .result }.count == 3)
        #expect(removed.filter { $0.kind == .run }.count == 1)
        #expect(removed.allSatisfy { $0.kind != .result || $0.bytes > 0 })
        #expect(!isHeld(chains[0]) && isHeld(chains[1]) && isHeld(chains[2]))
        #expect(StoreAudit(state.store).problems().isEmpty)
        #expect(folder.path.appending("state/store/note.txt").exists)
        // Two that are not ours, the installed system, and three results on it for each chain that is kept.
        #expect(state.store.folder.folderEntries.count == 9)
        #expect(Temporary.abandoned(in: state.store.folder).isEmpty)
        #expect(try await collect().isEmpty)
        // The next build of what is gone makes it again, on the system that is still there.
        let again = try await build("1")
        #expect(again == chains[0] && isHeld(again))
    }

    @Test func changesNothingByLooking() async throws {
        for option in ["1", "2", "3"] { try await build(option) }
        let before = try tree()
        let garbage = GarbageCollection(in: state, rules: KeepRules(chains: 1)).garbage()
        #expect(garbage.filter { $0.kind == .result }.count == 6)
        #expect(try tree() == before)
        #expect(try await collect(keep: 1) == garbage)
        #expect(try tree() != before)
    }

    @Test func keepsWhatALivingRunUses() async throws {
        let old = try await build("old")
        let run = try RunFolder.begin(template: "db", version: "0", in: state)
        try run.note(keys: old)
        for option in ["1", "2"] { try await build(option) }
        _ = try await collect(keep: 0)
        #expect(isHeld(old))
        #expect(state.runs.folderEntries == [run.id])
        try run.markEnded(.done)
        // Its process still lives.
        _ = try await collect(keep: 0)
        #expect(isHeld(old))
        withExtendedLifetime(run) {}
    }

    @Test func keepsWhatIsLocked() async throws {
        let keys = try await build("1")
        let lock = try FileLock(tryingAt: state.store.lock(of: keys[2]))
        #expect(lock != nil)
        _ = try await collect(keep: 0)
        #expect(state.store.holds(keys[2]))
        #expect(state.store.lock(of: keys[2]).exists)
        withExtendedLifetime(lock) {}
        #expect(state.store.entries.allSatisfy { $0.product != .images })
    }

    @Test func removesLocksOfWhatIsGoneAlsoWhileOthersWaitForThem() async throws {
        let keys = try await build("1")
        let path = state.store.lock(of: keys[0])
        var holder = try FileLock(tryingAt: path)
        #expect(holder != nil)
        let waiter = Task { try await FileLock.acquire(at: path, deadline: .seconds(20)) }
        holder = nil
        _ = try await collect(keep: 0)
        let lock = try await waiter.value
        // Whoever comes next finds the file that the waiter holds.
        #expect(try FileLock(tryingAt: path) == nil)
        withExtendedLifetime(lock) {}
    }

    @Test func waitsForBuildsThatDecideWhatTheyUse() async throws {
        try await build("1")
        var lock: FileLock? = try await state.store.lock(.shared)
        let collection = Task { try await collect(keep: 0) }
        try await Task.sleep(for: .milliseconds(300))
        #expect(lock != nil && !state.store.entries.isEmpty)
        lock = nil
        #expect(try await collection.value.contains { $0.kind == .result })
        #expect(state.store.entries.isEmpty)
    }

    /// Builds and collections at once, in one process: every build finds or makes what it needs.
    @Test func goesOnBesideBuilds() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<3 {
                group.addTask {
                    for round in 0..<8 {
                        let result = try await CheapPipeline(
                            template: "t\(worker)", options: ["provision": "\(round % 3)"]
                        )
                        .build(in: state, events: EventRecorder())
                        #expect(result.stages.count == 6)
                    }
                }
            }
            group.addTask {
                for _ in 0..<20 { _ = try await collect(keep: 0) }
            }
            try await group.waitForAll()
        }
        #expect(StoreAudit(state.store).problems().isEmpty)
    }

    /// Everything in the state folder: path, inode, size, mode and times.
    private func tree() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: state.root.string).sorted().map { name in
            var status = stat()
            lstat(state.root.appending(name).string, &status)
            return "\(name) \(status.st_ino) \(status.st_size) \(status.st_mode) \(status.st_mtim) \(status.st_ctim)"
        }
    }
}
