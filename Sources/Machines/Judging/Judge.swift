package import Libvirt

/// Something that was seen of a machine.
package enum Evidence<Report: Sendable>: Sendable {
    /// libvirt's word on the domain or its agent.
    case event(DomainEvent)
    /// The guest's word on its console.
    case console(ConsoleText)
    /// The machine's counters, each second.
    case counters(DomainCounters)
    /// The counters after the guest was asked for a report: what they grew by until here was our own doing.
    case baseline(DomainCounters)
    /// How a call to the guest's agent went, whoever made it.
    case agent(AgentSign)
    /// What the work inside the guest says of itself.
    case news(String)
    /// What was read inside the guest over its agent.
    case report(Report)
    /// Another second has passed.
    case tick
}

/// How a call to a guest's agent went.
package enum AgentSign: Sendable, Equatable {
    /// It answered, be it with an error of its own.
    case answered
    /// It did not, for this reason, although it was waited for.
    case silent(String, after: Duration)
}

/// What a judge makes of the evidence so far.
package enum Verdict: Sendable {
    /// Go on; the text, if there is one, is news for people.
    case progress(String?)
    /// The machine got where it should.
    case done
    /// The machine will not get there.
    case failed(MachineFailure)
}

/// Decides from evidence alone whether a machine gets where it should; pure, so that every case can be a table row.
package protocol Judge: Sendable {
    /// What is read inside the guest for this judge.
    associatedtype Report: Sendable

    /// The signs that every machine is judged by.
    var vitals: Vitals { get }

    /// Takes one piece of evidence, seen at `now`.
    mutating func consider(_ evidence: Evidence<Report>, at now: ContinuousClock.Instant) -> Verdict

    /// The failure of a machine that took as long as `limit`.
    func overdue(_ limit: Duration, at now: ContinuousClock.Instant) -> MachineFailure
}

extension Judge {
    package func overdue(_ limit: Duration, at now: ContinuousClock.Instant) -> MachineFailure {
        vitals.failure(.tooLate, ["the limit is \(limit.components.seconds) s"] + vitals.lastSigns(at: now))
    }
}
