internal import HostSystem
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
        /// The system says that its boot is over, but this part of its first boot has not run and will not; with what
        /// shows why.
        case skipped(String, [String])
        /// The system has finished its first boot.
        case ready
    }

    /// How long a guest that shows a login prompt and does nothing may be without an agent; both are started by the same
    /// target of its init.
    static let agentPatience: Duration = .seconds(15)
    /// How long a part of the first boot must look as if it will not run.
    static let skipPatience: Duration = .seconds(5)
    /// How often the firmware may start something before that counts as a machine that resets itself for ever.
    static let startLimit = 12

    /// Whether the agent answers but may not run programs.
    package private(set) var isBlocked = false
    package private(set) var vitals: Vitals
    private var agent = AgentWatch(isKnown: false)
    private var loginPromptSeen = false
    private var agentSeen = false
    private var lastBusy: String?
    private var starts = 0
    private var skippedSince: ContinuousClock.Instant?

    /// A judge of one boot.
    package init(_ vitals: Vitals) {
        self.vitals = vitals
    }

    package mutating func consider(_ evidence: Evidence<Report>, at now: ContinuousClock.Instant) -> Verdict {
        if let failure = vitals.failure(shownBy: evidence, at: now) { return .failed(failure) }
        switch evidence {
        case .event(let event): return consider(event, at: now)
        case .console(let text): return consider(text)
        case .agent(let sign): agent.note(sign, at: now)
        case .report(let report): return consider(report, at: now)
        case .tick: return patience(at: now)
        case .counters, .baseline, .news: break
        }
        return .progress(nil)
    }

    private mutating func consider(_ event: DomainEvent, at now: ContinuousClock.Instant) -> Verdict {
        agent.note(event)
        guard event == .agentConnected else { return .progress(nil) }
        agentSeen = true
        vitals.note("the agent's connection", at: now)
        return .progress("the agent has connected")
    }

    private mutating func consider(_ text: ConsoleText) -> Verdict {
        if ConsoleSigns.isLoginPrompt(text.text) { loginPromptSeen = true }
        guard case .line(let line) = text, ConsoleSigns.isStart(line) else { return .progress(nil) }
        starts += 1
        guard starts >= Self.startLimit else { return .progress(nil) }
        let evidence = "the firmware has started something \(starts) times: the machine resets itself again and again"
        return .failed(MachineFailure(.endedUnfinished, evidence: [evidence]).adding(lines: vitals.lastLines))
    }

    private mutating func consider(_ report: Report, at now: ContinuousClock.Instant) -> Verdict {
        if case .skipped(let part, let evidence) = report { return consider(skipped: part, evidence, at: now) }
        skippedSince = nil
        switch report {
        case .silent, .skipped: return .progress(nil)
        case .ready: return .done
        case .blocked:
            isBlocked = true
            return .done
        case .busy(let part):
            agentSeen = true
            defer { lastBusy = part }
            guard part != lastBusy else { return .progress(nil) }
            vitals.note(part, at: now)
            return .progress("first boot: \(part)")
        }
    }

    private mutating func consider(
        skipped part: String, _ evidence: [String], at now: ContinuousClock.Instant
    ) -> Verdict {
        agentSeen = true
        let since = skippedSince ?? now
        skippedSince = since
        guard now - since > Self.skipPatience else { return .progress(nil) }
        let summary = "the boot is over, and \(part) has not done its work"
        return .failed(MachineFailure(.postInstallSkipped, evidence: [summary] + evidence))
    }

    private func patience(at now: ContinuousClock.Instant) -> Verdict {
        let stillness = vitals.stillness(at: now)
        if loginPromptSeen, !agentSeen, stillness > Self.agentPatience {
            return .failed(
                vitals.failure(
                    .agentMissing,
                    [
                        "the console shows a login prompt, and nothing has moved for \(stillness.components.seconds) s",
                        "the channel org.qemu.guest_agent.0 was never opened",
                    ]))
        }
        return agent.failure(stillness: stillness, at: now).map { .failed($0) } ?? .progress(nil)
    }
}
