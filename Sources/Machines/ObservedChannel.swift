internal import GuestAgent
internal import Synchronization

/// A guest's agent, with ears: whoever watches the machine hears how each call went, and can end all calls at once.
final class ObservedChannel: AgentChannel {
    private let channel: any AgentChannel
    private let isGivenUp = Atomic(false)
    private let wasSilent = Atomic(false)
    /// How each call goes.
    let signs = Broadcast<AgentSign>()

    /// An agent at the end of `channel`.
    init(_ channel: any AgentChannel) {
        self.channel = channel
    }

    /// Whether the last call had no answer.
    var isSilent: Bool { wasSilent.load(ordering: .acquiring) }

    /// Lets every later call fail at once: nobody will answer any more.
    func giveUp() {
        isGivenUp.store(true, ordering: .releasing)
    }

    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        guard !isGivenUp.load(ordering: .acquiring) else {
            throw AgentError(.gone, command: "an agent command", message: "its machine has failed")
        }
        let start = ContinuousClock.now
        do {
            let reply = try await channel.send(request, deadline: deadline)
            note(.answered)
            return reply
        } catch {
            note(error.isPassing ? .silent(error.message, after: .now - start) : .answered)
            throw error
        }
    }

    private func note(_ sign: AgentSign) {
        wasSilent.store(sign != .answered, ordering: .releasing)
        signs.send(sign)
    }
}
