internal import Libvirt

/// Notices that a guest's agent does not answer any more, and tells that from a program that takes its time.
///
/// Whoever works in a guest asks the agent several times a second, and each answer counts, whatever it says: a silent
/// program of an hour is no matter as long as the agent says that it runs.
package struct AgentWatch: Sendable {
    /// How long the agent of a guest that does nothing may be silent: it has all the time to answer.
    static let patience: Duration = .seconds(15)
    /// How long that of a guest that works may be: an upgrade can restart it, and a busy guest is slow.
    static let busyPatience: Duration = .seconds(60)

    private var hasAnswered: Bool
    private var silence: (since: ContinuousClock.Instant, calls: Int, reason: String)?
    private var isDisconnected = false

    /// A watch over an agent that counts from its first answer, or from now on if it `isKnown`.
    init(isKnown: Bool) {
        hasAnswered = isKnown
    }

    /// Whether the last call had no answer.
    var isSilent: Bool { silence != nil }

    /// Takes note of a call.
    mutating func note(_ sign: AgentSign, at now: ContinuousClock.Instant) {
        switch sign {
        case .answered:
            hasAnswered = true
            silence = nil
        case .silent(let reason, let waited):
            silence = (silence?.since ?? now - waited, (silence?.calls ?? 0) + 1, reason)
        }
    }

    /// Takes note of what libvirt says of the channel.
    mutating func note(_ event: DomainEvent) {
        switch event {
        case .agentConnected: isDisconnected = false
        case .agentDisconnected: isDisconnected = true
        default: break
        }
    }

    /// The failure, if the agent has been silent for too long.
    ///
    /// - Parameter stillness: How long nothing has moved in the guest.
    func failure(stillness: Duration, at now: ContinuousClock.Instant) -> MachineFailure? {
        guard hasAnswered, let silence, silence.calls > 1 else { return nil }
        let length = now - silence.since
        let isIdle = min(length, stillness) > Self.patience
        guard isIdle || length > Self.busyPatience else { return nil }
        return MachineFailure(
            .agentLost,
            evidence: [
                "the agent has not answered for \(length.components.seconds) s, in \(silence.calls) calls: \(silence.reason)",
                isDisconnected
                    ? "libvirt reports that the guest closed the agent's channel"
                    : "the agent's channel is open, and nobody reads it",
                isIdle
                    ? "QEMU's counters show an idle guest: no disk traffic, no processor time worth mentioning"
                    : "QEMU's counters show a guest that works",
            ])
    }
}
