internal import Synchronization

/// Hands each value to everybody who listens at that moment.
final class Broadcast<Value: Sendable>: Sendable {
    /// Who listens, and whether there is still something to listen to; together, so that nobody comes in between and
    /// waits for an end that was told already.
    private struct Audience {
        var listeners: [Int: AsyncStream<Value>.Continuation] = [:]
        var nextID = 0
        var isOver = false
    }

    private let audience = Mutex(Audience())

    /// What comes from now on; it stops listening when it is let go.
    var stream: AsyncStream<Value> {
        let (stream, continuation) = AsyncStream<Value>.makeStream()
        let id = audience.withLock { audience -> Int? in
            guard !audience.isOver else { return nil }
            audience.nextID += 1
            audience.listeners[audience.nextID] = continuation
            return audience.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.audience.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Tells everybody.
    func send(_ value: Value) {
        for listener in audience.withLock({ Array($0.listeners.values) }) { listener.yield(value) }
    }

    /// Ends all streams, also those to come.
    func finish() {
        let listeners = audience.withLock { audience in
            audience.isOver = true
            return Array(audience.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
