import GuestAgent
import Synchronization

/// A channel that answers from a list, and with the last of it from then on.
final class ScriptedChannel: AgentChannel {
    private let replies: Mutex<[Result<String, AgentError>]>
    private let sent = Mutex<[(request: String, deadline: Duration)]>([])

    init(_ replies: [Result<String, AgentError>]) {
        self.replies = Mutex(replies)
    }

    convenience init(_ replies: String...) {
        self.init(replies.map { .success($0) })
    }

    /// Every request so far.
    var requests: [String] { sent.withLock { $0.map(\.request) } }
    /// How long each of them might have taken.
    var deadlines: [Duration] { sent.withLock { $0.map(\.deadline) } }

    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        sent.withLock { $0.append((request, deadline)) }
        let reply = replies.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        return try reply.get()
    }
}

/// A channel that answers nothing for an hour, whatever its deadline, and does not notice being cancelled.
final class SilentChannel: AgentChannel {
    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        await Task { try? await ContinuousClock().sleep(for: .seconds(3600)) }.value
        throw AgentError(.timedOut, command: "", message: "an hour has passed")
    }
}
