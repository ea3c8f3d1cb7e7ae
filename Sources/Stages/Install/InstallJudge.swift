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

    private(set) var vitals: Vitals
    private let hasConsole: Bool
    private let way: Template.Answers.Way
    private var isComplete = false
    private var hasSeenInside = false
    private var phase = ""
    private var failedAt: ContinuousClock.Instant?
    /// What the installer said was wrong before it gave up.
    private var complaints: [String] = []

    /// How long the live system's own report of a failure is waited for after the console has told of it; the report
    /// says whether a disk had been touched, which the console does not.
    private static let reportPatience: Duration = .seconds(5)

    /// A judge of one installation.
    ///
    /// - Parameter hasConsole: Whether the installer writes on the serial console, as it does when its kernel is booted
    ///   directly.
    init(_ vitals: Vitals, console hasConsole: Bool, way: Template.Answers.Way) {
        self.vitals = vitals
        self.hasConsole = hasConsole
        self.way = way
    }

    mutating func consider(_ evidence: Evidence<InstallerReport>, at now: ContinuousClock.Instant) -> Verdict {
        switch evidence {
        case .event(.stopped(.shutdown)): return end()
        // The installer ejects the medium when it is done with it.
        case .event(.diskError(let error)) where isComplete && !error.isPaused: return .progress(nil)
        default: break
        }
        if let failure = vitals.failure(shownBy: evidence, at: now) { return .failed(failure) }
        switch evidence {
        case .console(.line(let line)): return consider(line, at: now)
        case .report(let report): return consider(report, at: now)
        case .tick:
            guard let failedAt, now - failedAt > Self.reportPatience else { return .progress(nil) }
            return .failed(failure([]))
        default: return .progress(nil)
        }
    }

    private func end() -> Verdict {
        guard isComplete || (!hasConsole && !hasSeenInside) else {
            return .failed(vitals.failure(.endedUnfinished, ["the guest switched itself off or rebooted"]))
        }
        return .done
    }

    /// The lines that the installer writes (kldload contract, sections 1.5, 2.1 and 2.2) are part of its interface.
    private mutating func consider(_ line: String, at now: ContinuousClock.Instant) -> Verdict {
        if line.contains("Install completed successfully") {
            isComplete = true
            return .progress("the installer says that it is done")
        }
        if line.contains("] ERROR: ") { complaints.append(line) }
        if line.contains("Installation failed (exit"), failedAt == nil { failedAt = now }
        if line.contains("/run/kldload/install-secrets"), way != .commandLine, line.contains("waiting") {
            return .failed(MachineFailure(.secretWanted, evidence: [line]))
        }
        return .progress(nil)
    }

    private mutating func consider(_ report: InstallerReport, at now: ContinuousClock.Instant) -> Verdict {
        hasSeenInside = true
        isComplete = isComplete || report.isComplete
        if report.isFailed {
            let message = report.result.dropFirst(3).joined(separator: " ")
            guard !report.phase.isEmpty else {
                return .failed(MachineFailure(.answersRefused, evidence: [message] + report.lastWords))
            }
            return .failed(failure([message] + report.lastWords + report.trace))
        }
        if report.wantsSecret, way != .commandLine {
            return .failed(MachineFailure(.secretWanted, evidence: report.lastWords.reversed()))
        }
        if report.phase.isEmpty, let failure = unstarted(report) { return .failed(failure) }
        guard report.phase != phase else { return .progress(nil) }
        phase = report.phase
        vitals.note(report.phase, at: now)
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

    /// An installer that gave up, by the reason that its words show.
    private func failure(_ words: [String]) -> MachineFailure {
        let words = words.filter { !$0.isEmpty } + complaints.suffix(3) + vitals.lastLines
        return OutputSigns(medium: true).failure(in: words, evidence: Array(words.prefix(2)))
            ?? MachineFailure(.installerFailed, evidence: words)
    }
}
