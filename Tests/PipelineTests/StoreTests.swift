import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Pipeline

struct StoreTests {
    let folder: TestFolder
    let store: Store

    init() throws {
        folder = try TestFolder()
        store = folder.state.store
    }

    private func entry(_ name: String, product: StageProduct = .disk, previous: StageKey? = nil) throws -> StoreEntry {
        let ingredients = Ingredients()
        return StoreEntry(
            stage: name, product: product,
            key: try StageKey(previous: previous, name: name, revision: 1, ingredients: ingredients),
            previous: previous, ingredients: [name: ingredients], template: "t")
    }

    private func make(_ entry: StoreEntry, run: String = "run", _ text: String = "x") async throws -> Bool {
        try await store.make(entry, run: run, lockDeadline: .seconds(5), onWait: {}) { folder in
            try folder.appending("disk.qcow2").write(text.utf8)
        }
    }

    @Test func keepsWhatWasMade() async throws {
        let entry = try entry("a")
        #expect(!store.holds(entry.key))
        #expect(try await make(entry))
        #expect(store.holds(entry.key))
        #expect(try store.path(of: entry.key).appending("disk.qcow2").readText() == "x")
        #expect(store.entry(entry.key)?.ingredients == entry.ingredients)
        #expect(try await !make(entry))
    }

    @Test func makesFilesReadOnly() async throws {
        let entry = try entry("a")
        _ = try await store.make(entry, run: "run", lockDeadline: .seconds(5), onWait: {}) { folder in
            try folder.appending("sub").createFolder()
            try folder.appending("sub").appending("file").write("x".utf8)
            try folder.appending("file").write("x".utf8)
        }
        for name in ["file", "sub/file", "entry.json"] {
            let path = store.path(of: entry.key).pushing(FilePath(name))
            let mode = try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
            #expect(mode == 0o444, "\(name)")
        }
    }

    @Test func leavesWhatLinksPointToAsItIs() async throws {
        let outside = store.folder.removingLastComponent().appending("outside")
        try outside.createFolder()
        let secret = outside.appending("token")
        try secret.write("x".utf8, mode: .privateFile)
        let entry = try entry("a")
        _ = try await store.make(entry, run: "run", lockDeadline: .seconds(5), onWait: {}) { folder in
            try folder.appending("file").write("x".utf8)
            for (name, target) in [("file-link", secret), ("folder-link", outside), ("broken", "/nonexistent")] {
                #expect(symlink(target.string, folder.appending(name).string) == 0)
            }
        }
        #expect(store.holds(entry.key))
        #expect(store.entry(entry.key)?.files.keys.sorted() == ["file"])
        let attributes = try FileManager.default.attributesOfItem(atPath: secret.string)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        try secret.write("longer than before".utf8)
        #expect(store.holds(entry.key))
    }

    @Test func refusesWhatIsNoFile() async throws {
        let entry = try entry("a")
        await #expect(throws: StoreContentError.self) {
            _ = try await store.make(entry, run: "run", lockDeadline: .seconds(5), onWait: {}) { folder in
                #expect(mkfifo(folder.appending("pipe").string, 0o600) == 0)
            }
        }
        #expect(!store.holds(entry.key))
    }

    @Test func seesNothingUnfinished() async throws {
        let entry = try entry("a")
        // What a process leaves that was killed at any point before the last rename.
        let partial = store.folder.appending("\(entry.key.hex).partial-dead")
        try partial.createFolder()
        #expect(!store.holds(entry.key))
        try partial.appending("disk.qcow2").write("half".utf8)
        #expect(!store.holds(entry.key))
        try partial.appending(StoreEntry.fileName).write(try JSONEncoder().encode(entry))
        #expect(!store.holds(entry.key))
        #expect(store.entries.isEmpty)
        #expect(try await make(entry))
        #expect(try store.path(of: entry.key).appending("disk.qcow2").readText() == "x")
        #expect(store.holds(entry.key))
        try store.folder.appending("\(entry.key.hex).stale.partial-other").createFolder()
        try store.folder.appending("note.partial-other").createFolder()
        #expect(store.partials.map(\.run) == ["dead", "other"])
        #expect(store.partials.first?.path == partial)
    }

    @Test func doesNotTrustAnEntryThatItDidNotMake() async throws {
        let one = try entry("a")
        let two = try entry("b")
        #expect(try await make(one))
        try store.path(of: two.key).createFolder()
        #expect(!store.holds(two.key))
        try store.path(of: two.key).appending(StoreEntry.fileName).write(
            store.path(of: one.key).appending(StoreEntry.fileName).readBytes())
        #expect(!store.holds(two.key))
        #expect(try await make(two))
        #expect(store.holds(two.key))
        #expect(store.folder.folderEntries.count == 2)
    }

    @Test func doesNotTrustAnEntryThatLacksSomething() async throws {
        let entry = try entry("a")
        func make() async throws {
            _ = try await store.make(entry, run: "run", lockDeadline: .seconds(5), onWait: {}) { folder in
                try folder.appending("disk.qcow2").write("disk".utf8)
                try folder.appending("parts").createFolder()
                try folder.appending("parts/one").write("one".utf8)
            }
        }
        try await make()
        let path = store.path(of: entry.key)
        #expect(store.entry(entry.key)?.files == ["disk.qcow2": 4, "parts/one": 3])
        #expect(store.holds(entry.key))
        try path.appending("parts/one").write("on".utf8)
        #expect(!store.holds(entry.key))
        try await make()
        #expect(store.holds(entry.key))
        try path.appending("disk.qcow2").remove()
        #expect(!store.holds(entry.key))
        try await make()
        #expect(store.holds(entry.key))
        #expect(store.folder.folderEntries == [entry.key.hex])
    }

    @Test func leavesNothingAfterAFailure() async throws {
        let entry = try entry("a")
        await #expect(throws: TestError.self) {
            _ = try await store.make(entry, run: "run", lockDeadline: .seconds(5), onWait: {}) { folder in
                try folder.appending("disk.qcow2").write("half".utf8)
                throw TestError()
            }
        }
        #expect(store.folder.folderEntries.isEmpty)
        #expect(try await make(entry))
    }

    @Test func needsEveryLayerBelow() async throws {
        let base = try entry("a")
        let middle = try entry("b", previous: base.key)
        let top = try entry("c", previous: middle.key)
        for entry in [base, middle, top] { #expect(try await make(entry)) }
        #expect(store.holds(top.key))
        try store.path(of: base.key).remove()
        #expect(!store.holds(top.key))
        #expect(!store.holds(middle.key))
    }

    @Test func trustsALayerOnlyOverItsOwnBase() async throws {
        let base = try entry("a")
        let top = try entry("b", previous: base.key)
        let images = try entry("c", product: .images, previous: top.key)
        for entry in [base, top, images] { #expect(try await make(entry)) }
        try store.path(of: base.key).remove()
        #expect(store.holds(images.key))
        #expect(try await make(base, "other bytes"))
        #expect(!store.holds(top.key))
        #expect(try await make(top))
        #expect(store.holds(top.key))
        // The images were made from the earlier disk.
        #expect(!store.holds(images.key))
        #expect(try await make(images))
        #expect(store.holds(images.key))
        #expect(store.folder.folderEntries.count == 3)
    }

    @Test func makesAKeyOnceForManyAtATime() async throws {
        let entry = try entry("a")
        let store = store
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    try await store.make(entry, run: "run\(index)", lockDeadline: .seconds(30), onWait: {}) { folder in
                        try folder.appending("disk.qcow2").write("\(index)".utf8)
                        await Task.yield()
                    }
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        #expect(store.folder.folderEntries == [entry.key.hex])
    }

    @Test func givesUpWaitingInTheEnd() async throws {
        let entry = try entry("a")
        try folder.state.create()
        let lock = try FileLock(tryingAt: folder.state.locks.appending("\(entry.key.hex).lock"))
        try #require(lock != nil)
        await #expect(throws: LockedError.self) {
            _ = try await store.make(entry, run: "run", lockDeadline: .milliseconds(200), onWait: {}) { _ in }
        }
        withExtendedLifetime(lock) {}
    }

    @Test func remembersTheNewestRepetition() throws {
        try folder.state.create()
        let key = try entry("a").key
        #expect(store.renewal(of: key) == nil)
        try store.renew(key, token: "one")
        try store.renew(key, token: "two")
        #expect(store.renewal(of: key) == "two")
        #expect(store.entries.isEmpty)
    }
}
