internal import Synchronization

/// Hands each domain's events to those who listen to it.
final class EventHub: Sendable {
    private struct Listener {
        let name: String
        let continuation: AsyncStream<DomainEvent>.Continuation
    }

    private struct State {
        var nextID = 0
        var listeners: [Int: Listener] = [:]
        var stops: [String: ContinuousClock.Instant] = [:]
    }

    private let state = Mutex(State())

    /// A stream of the events of `name`; it stops listening when it is let go.
    func subscribe(to name: String) -> AsyncStream<DomainEvent> {
        let (stream, continuation) = AsyncStream<DomainEvent>.makeStream()
        let id = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = Listener(name: name, continuation: continuation)
            return state.nextID
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// When `name` was last said to have stopped.
    func stop(of name: String) -> ContinuousClock.Instant? {
        state.withLock { $0.stops[name] }
    }

    func publish(_ event: DomainEvent, of name: String) {
        if case .stopped = event { state.withLock { $0.stops[name] = .now } }
        for listener in state.withLock({ Array($0.listeners.values) }) where listener.name == name {
            listener.continuation.yield(event)
        }
    }

    func finish() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.continuation.finish() }
    }
}
