internal import HostSystem
internal import Libvirt
internal import Machines
internal import Pipeline

/// Decides how an installation goes, by the machine's events, its console and what the live system shows.
///
/// The end of the machine alone proves nothing: a crash looks the same. It counts as success only after the installer has
/// said so on the console or in its log; where neither can be read, the boot of the installed system decides.
struct InstallJudge: Judge {
    typealias Report = InstallerReport

    private let hasConsole: Bool
    private let way: Template.Answers.Way
    private var stall: StallWatch
    private var isComplete = false
    private var hasSeenInside = false
    private var phase = ""
    private var lastLines: [String] = []
    private var failedAt: ContinuousClock.Instant?

    /// How long the live system's own report of a failure is waited for after the console has told of it; the report
    /// says whether a disk had been touched, which the console does not.
    private static let reportPatience: Duration = .seconds(5)

    /// A judge of one installation.
    ///
    /// - Parameter hasConsole: Whether the installer writes on the serial console, as it does when its kernel is booted
    ///   directly.
    init(
        stall limit: Duration, console hasConsole: Bool, way: Template.Answers.Way,
        from start: ContinuousClock.Instant = ContinuousClock().now
    ) {
        self.hasConsole = hasConsole
        self.way = way
        stall = StallWatch(limit: limit, from: start)
    }

    mutating func consider(_ evidence: Evidence<InstallerReport>, at now: ContinuousClock.Instant) -> Verdict {
        switch evidence {
        case .event(let event): return consider(event)
        case .console(let text): return consider(text, at: now)
        case .counters(let counters): stall.note(counters, at: now)
        case .baseline(let counters): stall.rebase(counters, at: now)
        case .report(let report): return consider(report, at: now)
        case .tick: return consider(tickAt: now)
        }
        return .progress(nil)
    }

    private func consider(_ event: DomainEvent) -> Verdict {
        guard case .stopped(.shutdown) = event else {
            return MachineEnd.failure(of: event).map { .failed(added(to: $0)) } ?? .progress(nil)
        }
        guard isComplete || (!hasConsole && !hasSeenInside) else {
            return .failed(
                MachineFailure(
                    .endedUnfinished, evidence: ["the guest switched itself off or rebooted"] + lastLines))
        }
        return .done
    }

    /// The lines that the installer writes (kldload contract, sections 2.1 and 2.2) are part of its interface.
    private mutating func consider(_ text: ConsoleText, at now: ContinuousClock.Instant) -> Verdict {
        if let failure = ConsoleSigns.failure(in: text.text) { return .failed(added(to: failure)) }
        guard case .line(let line) = text else { return .progress(nil) }
        if !line.isEmpty {
            stall.note(line, at: now)
            lastLines = Array((lastLines + [line]).suffix(4))
        }
        if line.contains("Install completed successfully") {
            isComplete = true
            return .progress("the installer says that it is done")
        }
        if line.contains("Installation failed (exit"), failedAt == nil { failedAt = now }
        return .progress(nil)
    }

    private func consider(tickAt now: ContinuousClock.Instant) -> Verdict {
        if let failedAt, now - failedAt > Self.reportPatience {
            return .failed(MachineFailure(.installerFailed, evidence: lastLines))
        }
        return stall.failure(at: now).map { .failed(added(to: $0)) } ?? .progress(nil)
    }

    private mutating func consider(_ report: InstallerReport, at now: ContinuousClock.Instant) -> Verdict {
        hasSeenInside = true
        isComplete = isComplete || report.isComplete
        if report.isFailed {
            let message = report.result.dropFirst(3).joined(separator: " ")
            return .failed(
                MachineFailure(
                    report.phase.isEmpty ? .answersRefused : .installerFailed,
                    evidence: [message].filter { !$0.isEmpty } + report.lastWords))
        }
        if report.phase.isEmpty, let failure = unstarted(report) { return .failed(failure) }
        guard report.phase != phase else { return .progress(nil) }
        phase = report.phase
        stall.note(report.phase, at: now)
        return .progress(report.phase)
    }

    /// The reader of the answers has ended, and no installer runs.
    private func unstarted(_ report: InstallerReport) -> MachineFailure? {
        switch (report.unit, way) {
        case ("failed", _): MachineFailure(.answersRefused, evidence: report.lastWords)
        case ("active", .seedDisk), ("active", .commandLine):
            isComplete ? nil : MachineFailure(.noSeed, evidence: report.lastWords)
        default: nil
        }
    }

    private func added(to failure: MachineFailure) -> MachineFailure {
        MachineFailure(failure.cause, evidence: failure.evidence + lastLines.filter { !failure.evidence.contains($0) })
    }
}
