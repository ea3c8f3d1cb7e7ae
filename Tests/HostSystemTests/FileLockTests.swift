import Dispatch
import Foundation
import HostSystem
import Synchronization
import SystemPackage
import Testing

struct FileLockTests {
    @Test func hasOneHolderAtATime() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            var holder = try FileLock(tryingAt: path)
            #expect(holder != nil)
            #expect(try FileLock(tryingAt: path) == nil)
            holder = nil
            #expect(try FileLock(tryingAt: path) != nil)
        }
    }

    @Test func tellsWhetherItIsHeldWithoutTakingIt() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            #expect(throws: Errno.noSuchFileOrDirectory) { try FileLock.isHeld(at: path) }
            var holder = try FileLock(tryingAt: path)
            #expect(try FileLock.isHeld(at: path))
            #expect(holder != nil)
            holder = nil
            #expect(try !FileLock.isHeld(at: path))
            #expect(try FileLock(tryingAt: path) != nil)
        }
    }

    @Test func isFreeWhenItsProcessIsKilled() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            let child = Task {
                try await Program.run(
                    "flock", [path.string, "sh", "-c", "touch \(folder)/held; exec sleep 60"], deadline: .seconds(60))
            }
            _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the child's lock") {
                folder.appending("held").exists ? true : nil
            }
            #expect(try FileLock(tryingAt: path) == nil)
            child.cancel()
            _ = await child.result
            let lock = try await FileLock.acquire(at: path, deadline: .seconds(10))
            withExtendedLifetime(lock) {}
        }
    }

    @Test func saysOnceThatItWaitsAndGivesUpAtTheDeadline() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            let holder = try FileLock(tryingAt: path)
            await confirmation(expectedCount: 1) { waited in
                _ = await #expect(throws: LockedError.self) {
                    try await FileLock.acquire(at: path, deadline: .milliseconds(300), onWait: { waited() })
                }
            }
            withExtendedLifetime(holder) {}
        }
    }

    @Test func hasManyHoldersThatShareItOrOneThatDoesNot() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            var readers = try (0..<2).map { _ in try FileLock(tryingAt: path, mode: .shared) }
            #expect(readers.allSatisfy { $0 != nil })
            #expect(try FileLock(tryingAt: path) == nil)
            readers = []
            let writer = try FileLock(tryingAt: path)
            #expect(writer != nil)
            #expect(try FileLock(tryingAt: path, mode: .shared) == nil)
            withExtendedLifetime((readers, writer)) {}
        }
    }

    @Test func isOfSomethingThatIsThereOrOfNothing() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            #expect(try FileLock(ofExisting: folder.appending("none")) == nil)
            #expect(!folder.appending("none").exists)
            let inner = folder.appending("inner")
            try inner.createFolder()
            let lock = try FileLock(ofExisting: inner)
            #expect(lock != nil)
            #expect(try FileLock(ofExisting: inner) == nil)
            withExtendedLifetime(lock) {}
        }
    }

    /// Who opened the file before it was removed, and locks it after that, must not believe that it holds the lock.
    @Test func hasOneHolderAtATimeAlsoWhenHoldersRemoveItsFile() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-lock") { folder in
            let path = folder.appending("lock")
            let holders = Atomic(0)
            let most = Mutex(0)
            let taken = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                for _ in 0..<2000 {
                    guard let lock = try? FileLock(tryingAt: path) else { continue }
                    let count = holders.add(1, ordering: .sequentiallyConsistent).newValue
                    most.withLock { $0 = max($0, count) }
                    taken.add(1, ordering: .relaxed)
                    usleep(50)
                    holders.subtract(1, ordering: .sequentiallyConsistent)
                    lock.removeFile()
                }
            }
            #expect(most.withLock { $0 } == 1)
            #expect(taken.load(ordering: .relaxed) > 100)
        }
    }
}
