package import HostSystem
internal import Synchronization

/// What a build takes of its host while it runs, or what a host has for builds.
package struct HostShare: Sendable, Equatable {
    /// Memory.
    package var memory: ByteCount
    /// Processors.
    package var processors: Int
    /// Room on the file system of the state.
    package var space: ByteCount

    /// A share of a host.
    package init(memory: ByteCount, processors: Int, space: ByteCount) {
        self.memory = memory
        self.processors = processors
        self.space = space
    }
}

/// Lets builds begin, in the order in which they ask, as long as the host has room for them.
///
/// A build for which there would never be room is let in when it is alone: what this host lacks for it, `check-host`
/// tells better.
package final class Admission: Sendable {
    private struct Waiter {
        let id: Int
        let share: HostShare
        let enter: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var free: HostShare
        var running = 0
        var lastID = 0
        var waiting: [Waiter] = []
        var cancelled: Set<Int> = []
    }

    private let limit: Int
    private let state: Mutex<State>

    /// Admission to a host with `capacity` for builds, of which at most `limit` run at once.
    package init(capacity: HostShare, limit: Int) {
        self.limit = limit
        state = Mutex(State(free: capacity))
    }

    /// Waits until there is room for `share`, and keeps it while `body` runs.
    ///
    /// - Parameter onWait: Is called once if there is no room at once.
    package func withRoom<Result>(
        for share: HostShare, onWait: () -> Void, _ body: () async throws -> Result
    ) async throws -> Result {
        try await enter(share, onWait: onWait)
        defer { leave(share) }
        return try await body()
    }

    private func enter(_ share: HostShare, onWait: () -> Void) async throws {
        let id: Int? = state.withLock { state in
            guard state.waiting.isEmpty, hasRoom(for: share, in: state) else {
                state.lastID += 1
                return state.lastID
            }
            take(share, in: &state)
            return nil
        }
        guard let id else { return }
        onWait()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    state.waiting.append(Waiter(id: id, share: share, enter: continuation))
                    return false
                }
                if isOver { return continuation.resume(throwing: CancellationError()) }
                // Somebody may have left meanwhile.
                admit()
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.waiting.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.waiting.remove(at: index)
            }
            waiter?.enter.resume(throwing: CancellationError())
            admit()
        }
    }

    private func leave(_ share: HostShare) {
        state.withLock { state in
            state.running -= 1
            state.free.memory = ByteCount(state.free.memory.bytes + share.memory.bytes)
            state.free.processors += share.processors
            state.free.space = ByteCount(state.free.space.bytes + share.space.bytes)
        }
        admit()
    }

    /// Lets in whoever waits longest, as long as there is room.
    private func admit() {
        let admitted = state.withLock { state in
            var admitted: [Waiter] = []
            while let next = state.waiting.first, hasRoom(for: next.share, in: state) {
                take(next.share, in: &state)
                admitted.append(state.waiting.removeFirst())
            }
            return admitted
        }
        for waiter in admitted { waiter.enter.resume() }
    }

    private func hasRoom(for share: HostShare, in state: State) -> Bool {
        guard state.running > 0 else { return true }
        return state.running < limit && share.memory <= state.free.memory && share.processors <= state.free.processors
            && share.space <= state.free.space
    }

    private func take(_ share: HostShare, in state: inout State) {
        state.running += 1
        state.free.memory = ByteCount(state.free.memory.bytes - share.memory.bytes)
        state.free.processors -= share.processors
        state.free.space = ByteCount(state.free.space.bytes - share.space.bytes)
    }
}
