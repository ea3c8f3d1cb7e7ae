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
    func get() async throws -> Value {
        if let making, end.map({ ContinuousClock.now < $0 }) ?? true { return try await making.value }
        // A task of its own: whoever asked first may go away, and the others still wait.
        let task = Task { [make] in try await make() }
        making = task
        end = nil
        defer { end = ContinuousClock.now + lifetime }
        return try await task.value
    }
}
