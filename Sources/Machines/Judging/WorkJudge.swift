internal import Libvirt

/// Watches over work inside a guest: it never says that the work is done, only that it cannot be.
package struct WorkJudge: Judge {
    package typealias Report = Never

    package private(set) var vitals: Vitals
    private var agent = AgentWatch(isKnown: true)

    /// A judge of the work in one guest, whose agent has answered.
    package init(_ vitals: Vitals) {
        self.vitals = vitals
    }

    package mutating func consider(_ evidence: Evidence<Never>, at now: ContinuousClock.Instant) -> Verdict {
        if let failure = vitals.failure(shownBy: evidence, at: now) { return .failed(failure) }
        switch evidence {
        case .console(.line(let line)) where ConsoleSigns.isStart(line):
            let evidence = ["the firmware starts something: the guest was reset in the middle of its work", line]
            return .failed(MachineFailure(.endedUnfinished, evidence: evidence).adding(lines: vitals.lastLines))
        case .event(let event): agent.note(event)
        case .agent(let sign): agent.note(sign, at: now)
        case .tick:
            return agent.failure(stillness: vitals.stillness(at: now), at: now).map { .failed($0) } ?? .progress(nil)
        case .console, .counters, .baseline, .news: break
        }
        return .progress(nil)
    }
}
