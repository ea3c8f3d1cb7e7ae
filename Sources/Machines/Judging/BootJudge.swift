internal import Libvirt

/// Decides whether a booted system is up: its agent answers and its own first-boot work is done.
package struct BootJudge: Judge {
    /// What the guest says of itself over its agent.
    package enum Report: Sendable, Equatable {
        /// The agent does not answer yet.
        case silent
        /// The agent answers, but may not run programs.
        case blocked
        /// The agent runs programs; the system is still busy with this part of its first boot.
        case busy(String)
        /// The system has finished its first boot.
        case ready
    }

    /// How long a guest that shows a login prompt and does nothing may be without an agent.
    static let agentPatience: Duration = .seconds(30)

    /// Whether the agent answers but may not run programs.
    package private(set) var isBlocked = false
    private var stall: StallWatch
    private var loginPromptSeen = false
    private var agentSeen = false
    private var lastBusy: String?

    /// A judge that calls `stall` of stillness a failure.
    package init(stall limit: Duration, from start: ContinuousClock.Instant = ContinuousClock().now) {
        stall = StallWatch(limit: limit, from: start)
    }

    package mutating func consider(_ evidence: Evidence<Report>, at now: ContinuousClock.Instant) -> Verdict {
        switch evidence {
        case .event(let event): return consider(event, at: now)
        case .console(let text):
            stall.note(text.text, at: now)
            if let failure = ConsoleSigns.failure(in: text.text) { return .failed(failure) }
            if ConsoleSigns.isLoginPrompt(text.text) { loginPromptSeen = true }
            return .progress(nil)
        case .counters(let counters):
            stall.note(counters, at: now)
            return .progress(nil)
        case .baseline(let counters):
            stall.rebase(counters, at: now)
            return .progress(nil)
        case .report(let report): return consider(report, at: now)
        case .tick: return patience(at: now)
        }
    }

    private mutating func consider(_ event: DomainEvent, at now: ContinuousClock.Instant) -> Verdict {
        switch event {
        case .agentConnected:
            agentSeen = true
            stall.note("the agent's connection", at: now)
            return .progress("the agent has connected")
        default:
            return MachineEnd.failure(of: event).map { .failed($0) } ?? .progress(nil)
        }
    }

    private mutating func consider(_ report: Report, at now: ContinuousClock.Instant) -> Verdict {
        switch report {
        case .silent: return .progress(nil)
        case .ready: return .done
        case .blocked:
            isBlocked = true
            return .done
        case .busy(let part):
            agentSeen = true
            defer { lastBusy = part }
            guard part != lastBusy else { return .progress(nil) }
            stall.note(part, at: now)
            return .progress("first boot: \(part)")
        }
    }

    private func patience(at now: ContinuousClock.Instant) -> Verdict {
        if loginPromptSeen, !agentSeen, stall.stillness(at: now) > Self.agentPatience {
            return .failed(
                MachineFailure(
                    .agentMissing,
                    evidence: [
                        "the console shows a login prompt, and nothing has moved for "
                            + "\(Self.agentPatience.components.seconds) s",
                        "the channel org.qemu.guest_agent.0 was never opened",
                    ]))
        }
        return stall.failure(at: now).map { .failed($0) } ?? .progress(nil)
    }
}
