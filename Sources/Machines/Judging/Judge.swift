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
    /// What was read inside the guest over its agent.
    case report(Report)
    /// Another second has passed.
    case tick
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

    /// Takes one piece of evidence, seen at `now`.
    mutating func consider(_ evidence: Evidence<Report>, at now: ContinuousClock.Instant) -> Verdict
}
