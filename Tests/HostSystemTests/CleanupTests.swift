import HostSystem
import Synchronization
import SystemPackage
import Testing

struct CleanupTests {
    private struct Failure: Error {}

    @Test func runsAfterSuccessAndAfterFailure() async throws {
        let count = Mutex(0)
        #expect(
            try await withCleanup {
                5
            } cleanup: {
                count.withLock { $0 += 1 }
            } == 5)
        await #expect(throws: Failure.self) {
            try await withCleanup {
                throw Failure()
            } cleanup: {
                count.withLock { $0 += 1 }
            }
        }
        #expect(count.withLock { $0 } == 2)
    }

    @Test func waitsInItsOwnTaskWhenTheBodyWasCancelled() async throws {
        let cleaned = Mutex(false)
        let task = Task {
            try await withCleanup {
                try await ContinuousClock().sleep(for: .seconds(60))
            } cleanup: {
                // In a cancelled task this sleep would throw at once, and the flag would stay down.
                guard (try? await ContinuousClock().sleep(for: .milliseconds(20))) != nil else { return }
                cleaned.withLock { $0 = true }
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(cleaned.withLock { $0 })
    }

    @Test func removesAScratchFolderWithAllThatIsInIt() async throws {
        let path = try await withScratchFolder(in: "/tmp", prefix: "if-scratch") { folder in
            try folder.appending("a/b").createFolder()
            try folder.appending("a/b/c").write("x".utf8)
            return folder
        }
        #expect(!path.exists)
    }
}
