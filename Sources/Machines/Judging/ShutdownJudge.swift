internal import HostSystem
internal import Libvirt

/// Waits for a machine to stop by its guest's own will.
///
/// A guest that is flushing is never given up: only stillness counts, and in the end the deadline.
package struct ShutdownJudge: Judge {
    package typealias Report = Never

    /// How long nothing may move; systemd gives each of its services 90 s by itself.
    static let patience: Duration = .seconds(120)
    /// How long nothing may move once it is certain that nothing will: a stop job without an end, or a refusal.
    static let shortPatience: Duration = .seconds(20)

    package private(set) var vitals: Vitals
    private var job: String?
    private var refusal: String?

    /// A judge of one shutdown.
    package init(_ vitals: Vitals) {
        self.vitals = vitals
    }

    package mutating func consider(_ evidence: Evidence<Never>, at now: ContinuousClock.Instant) -> Verdict {
        if case .event(.stopped(.shutdown)) = evidence { return .done }
        if let failure = vitals.failure(shownBy: evidence, at: now) {
            return .failed(failure.cause == .stalled ? refused(at: now) : failure)
        }
        switch evidence {
        case .console(let text) where ConsoleSigns.isWaiting(text.text): job = text.text
        case .news(let what): refusal = what
        case .tick:
            let isCertain = refusal != nil || job?.contains("no limit") == true
            let patience = isCertain ? Self.shortPatience : Self.patience
            if vitals.stillness(at: now) > patience { return .failed(refused(at: now)) }
        default: break
        }
        return .progress(nil)
    }

    package func overdue(_ limit: Duration, at now: ContinuousClock.Instant) -> MachineFailure {
        let failure = refused(at: now)
        return MachineFailure(
            failure.cause, evidence: ["the limit is \(limit.components.seconds) s"] + failure.evidence)
    }

    private func refused(at now: ContinuousClock.Instant) -> MachineFailure {
        let signs = [job, refusal.map { "the guest refused: \($0)" }].compactMap(\.self)
        return MachineFailure(.shutdownRefused, evidence: signs + vitals.lastSigns(at: now))
            .adding(lines: vitals.lastLines)
    }
}
