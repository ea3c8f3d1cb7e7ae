internal import Synchronization

/// Waits for `work`, but no longer once the task is cancelled.
///
/// A call into a C library cannot be called back: it then ends by its own deadline, and nobody hears its result.
package func abandonable<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
{
    try Task.checkCancellation()
    let race = Race<Result>()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            race.start(continuation, work)
        }
    } onCancel: {
        race.abandon()
    }
}

/// The continuation that the first of two answers resumes.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value, any Error>?
        var work: Task<Void, Never>?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    func start(
        _ continuation: CheckedContinuation<Value, any Error>,
        _ work: @escaping @Sendable () async throws -> Value
    ) {
        let isAbandoned = state.withLock { state in
            if !state.isAbandoned { state.continuation = continuation }
            return state.isAbandoned
        }
        guard !isAbandoned else { return continuation.resume(throwing: CancellationError()) }
        let task = Task {
            do {
                let value = try await work()
                take()?.resume(returning: value)
            } catch {
                take()?.resume(throwing: error)
            }
        }
        let isLate = state.withLock { state in
            state.work = task
            return state.isAbandoned
        }
        if isLate { task.cancel() }
    }

    func abandon() {
        let task = state.withLock { state in
            state.isAbandoned = true
            return state.work
        }
        task?.cancel()
        take()?.resume(throwing: CancellationError())
    }

    private func take() -> CheckedContinuation<Value, any Error>? {
        state.withLock { state in
            defer { state.continuation = nil }
            return state.continuation
        }
    }
}
