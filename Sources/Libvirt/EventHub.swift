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
        var loss: String?
    }

    private let state = Mutex(State())

    /// A stream of the events of `name`; it stops listening when it is let go.
    func subscribe(to name: String) -> AsyncStream<DomainEvent> {
        let (stream, continuation) = AsyncStream<DomainEvent>.makeStream()
        let (id, loss) = state.withLock { state in
            state.nextID += 1
            state.listeners[state.nextID] = Listener(name: name, continuation: continuation)
            return (state.nextID, state.loss)
        }
        loss.map { _ = continuation.yield(.connectionLost($0)) }
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

    /// Tells every listener, also those to come, that libvirt itself is gone.
    func publishLoss(_ reason: String) {
        let listeners = state.withLock { state in
            state.loss = reason
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.continuation.yield(.connectionLost(reason)) }
    }

    func finish() {
        for listener in state.withLock({ Array($0.listeners.values) }) { listener.continuation.finish() }
    }
}
