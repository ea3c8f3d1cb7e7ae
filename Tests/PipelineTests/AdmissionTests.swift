import HostSystem
import Pipeline
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    private static let gigabyte = ByteCount.gibibytes(1)

    private static func share(_ gibibytes: Int64, _ processors: Int = 1) -> HostShare {
        HostShare(memory: .gibibytes(gibibytes), processors: processors, space: gigabyte)
    }

    /// Runs builds that each take a share, and tells the most that ran at once.
    private func most(of shares: [HostShare], in capacity: HostShare, limit: Int = .max) async throws -> Int {
        let admission = Admission(capacity: capacity, limit: limit)
        let counts = Counts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for share in shares {
                group.addTask {
                    try await admission.withRoom(for: share, onWait: {}) {
                        await counts.enter()
                        try await ContinuousClock().sleep(for: .milliseconds(20))
                        await counts.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(await counts.done == shares.count)
        return await counts.most
    }

    @Test func letsInAsManyAsThereIsMemoryFor() async throws {
        let most = try await most(
            of: Array(repeating: Self.share(4), count: 6),
            in: HostShare(memory: .gibibytes(9), processors: 64, space: .gibibytes(99)))
        #expect(most == 2)
    }

    @Test func letsInAsManyAsThereAreProcessorsFor() async throws {
        let most = try await most(
            of: Array(repeating: Self.share(1, 4), count: 6),
            in: HostShare(memory: .gibibytes(99), processors: 12, space: .gibibytes(99)))
        #expect(most == 3)
    }

    @Test func letsInAsManyAsThereIsSpaceForAndAsAreWanted() async throws {
        let capacity = HostShare(memory: .gibibytes(99), processors: 64, space: .gibibytes(2))
        #expect(try await most(of: Array(repeating: Self.share(1), count: 5), in: capacity) == 2)
        #expect(try await most(of: Array(repeating: Self.share(1), count: 5), in: capacity, limit: 1) == 1)
    }

    @Test func letsInWhatIsTooLargeOnceItIsAlone() async throws {
        let most = try await most(
            of: [Self.share(1), Self.share(100), Self.share(1)],
            in: HostShare(memory: .gibibytes(2), processors: 2, space: .gibibytes(9)))
        #expect(most <= 2)
    }

    @Test func tellsThatItWaitsAndLetsAWaitBeCancelled() async throws {
        let admission = Admission(capacity: Self.share(1), limit: 1)
        let isWaiting = AsyncStream<Void>.makeStream()
        try await admission.withRoom(for: Self.share(1), onWait: { Issue.record("it need not wait") }) {
            let waiter = Task {
                try await admission.withRoom(for: Self.share(1), onWait: { isWaiting.continuation.yield() }) {
                    Issue.record("there is no room")
                }
            }
            for await _ in isWaiting.stream { break }
            waiter.cancel()
            await #expect(throws: CancellationError.self) { try await waiter.value }
        }
        try await admission.withRoom(for: Self.share(1), onWait: { Issue.record("it need not wait") }) {}
    }
}

private actor Counts {
    private var now = 0
    private(set) var most = 0
    private(set) var done = 0

    func enter() {
        now += 1
        most = max(most, now)
    }

    func leave() {
        now -= 1
        done += 1
    }
}
