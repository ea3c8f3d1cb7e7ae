internal import Dispatch
internal import Synchronization

/// Runs blocking work on one of the threads that Dispatch shares out for such, so that the cooperative pool never waits for a disk or a C library.
///
/// `work` gets a question it can ask between steps: whether the calling task was cancelled.
package func offloaded<Result: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Result
) async throws -> Result {
    let flag = CancellationFlag()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { @Sendable in
                continuation.resume(with: Swift.Result { try work { flag.isSet } })
            }
        }
    } onCancel: {
        flag.set()
    }
}

/// A flag that one side raises and the other reads.
private final class CancellationFlag: Sendable {
    private let raised = Atomic(false)

    var isSet: Bool { raised.load(ordering: .relaxed) }

    func set() { raised.store(true, ordering: .relaxed) }
}
