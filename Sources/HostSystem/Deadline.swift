/// A wait that took longer than it may.
package struct DeadlineError: Error, CustomStringConvertible {
    /// What was waited for.
    package let subject: String
    /// How long it was waited for.
    package let limit: Duration

    package var description: String { "waited \(limit) for \(subject), in vain" }
}

/// Asks `question` again and again until it has an answer; for states that nothing announces.
///
/// - Throws: ``DeadlineError`` when the deadline passes, `CancellationError` when the task is cancelled.
package func poll<Answer>(
    every interval: Duration,
    deadline: Duration,
    for subject: @autoclosure () -> String,
    _ question: () async throws -> Answer?
) async throws -> Answer {
    let clock = ContinuousClock()
    let end = clock.now + deadline
    while true {
        if let answer = try await question() { return answer }
        guard clock.now < end else { throw DeadlineError(subject: subject(), limit: deadline) }
        try await clock.sleep(until: min(end, clock.now + interval))
    }
}

/// Runs `work` and throws ``DeadlineError`` if it is not done in time; `work` is cancelled then.
package func withDeadline<Result: Sendable>(
    _ limit: Duration,
    for subject: @autoclosure () -> String,
    _ work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await ContinuousClock().sleep(for: limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let result = first else {
            throw DeadlineError(subject: subject(), limit: limit)
        }
        return result
    }
}
