import HostSystem
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
}
