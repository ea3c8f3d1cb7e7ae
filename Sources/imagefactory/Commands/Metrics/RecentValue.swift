internal import HostSystem

/// A value that is made when somebody asks for it, and good for a while: however many ask, it is made by one at a time and
/// no more often than that.
///
/// A failure is remembered like a value, so that it is not tried again and again either.
actor RecentValue<Value: Sendable> {
    private let lifetime: Duration
    private let make: @Sendable () async throws -> Value
    private var making: Task<Value, any Error>?
    /// Until when it is good; nil while it is made.
    private var end: ContinuousClock.Instant?

    /// A value that `make` makes, good for `lifetime` from when it is made.
    init(for lifetime: Duration, _ make: @escaping @Sendable () async throws -> Value) {
        self.lifetime = lifetime
        self.make = make
    }

    /// The value.
    ///
    /// - Throws: `CancellationError` for whoever is cancelled, and waits no longer; else what `make` throws.
    func get() async throws -> Value {
        let task = current()
        return try await abandonable { try await task.value }
    }

    /// The task that makes the value, or has made it. It is a task of its own: whoever asked first may go away, and the
    /// others still wait.
    private func current() -> Task<Value, any Error> {
        if let making, end.map({ ContinuousClock.now < $0 }) ?? true { return making }
        end = nil
        let task = Task {
            defer { end = ContinuousClock.now + lifetime }
            return try await make()
        }
        making = task
        return task
    }
}
