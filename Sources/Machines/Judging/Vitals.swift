internal import Libvirt

/// The signs that every machine is judged by, whatever it is about: its end, its host's errors, its console, and whether
/// anything moves in it.
package struct Vitals: Sendable {
    /// How many lines of the console are remembered.
    private static let rememberedLines = 4
    /// How long the console's words about a panic are waited for once the pvpanic device has told of it.
    private static let panicPatience: Duration = .milliseconds(500)
    /// How long the machine's own word is waited for once the guest's kernel complains of its disk: a machine that is
    /// being switched off loses its disk before it ends.
    private static let diskPatience: Duration = .seconds(2)
    /// How long what was said on the console may be the reason for what follows.
    private static let hintAge: Duration = .seconds(120)

    /// How long what the console shows is no sign of life once the kernel has complained that something in it does not move:
    /// it tells at length where it stands, and does so again and again.
    private static let complaintAge: Duration = .seconds(60)

    private var stall: StallWatch
    private var complaint: ContinuousClock.Instant?
    private var crawl: CrawlWatch
    private let hasNetwork: Bool
    private var panicTold: ContinuousClock.Instant?
    private var diskComplaint: (failure: MachineFailure, at: ContinuousClock.Instant)?
    private var hint: (cause: FailureCause, line: String, at: ContinuousClock.Instant)?
    private var now: ContinuousClock.Instant
    /// The last lines on the console, oldest first.
    package private(set) var lastLines: [String] = []

    /// The signs of a machine that began at `start`.
    ///
    /// - Parameters:
    ///   - limit: The longest time in which nothing may move.
    ///   - hasNetwork: Whether it has a network card.
    package init(
        stall limit: Duration, accelerator: Accelerator = .tcg, hasNetwork: Bool = true,
        from start: ContinuousClock.Instant = .now
    ) {
        stall = StallWatch(limit: limit, from: start)
        crawl = CrawlWatch(accelerator: accelerator, from: start)
        self.hasNetwork = hasNetwork
        now = start
    }

    /// Takes one piece of evidence; gives the failure that it shows, if it shows one.
    package mutating func failure<Report>(
        shownBy evidence: Evidence<Report>, at now: ContinuousClock.Instant
    ) -> MachineFailure? {
        self.now = now
        switch evidence {
        case .event(.panicked):
            panicTold = panicTold ?? now
            return nil
        case .event(let event): return MachineEnd.failure(of: event).map { $0.adding(lines: lastLines) }
        case .console(let text): return failure(shownBy: text, at: now)
        case .counters(let counters):
            stall.note(counters, at: now)
            crawl.note(counters)
        case .baseline(let counters): stall.rebase(counters, at: now)
        case .news(let what): stall.note(what, at: now)
        case .tick: return failure(at: now)
        case .agent, .report: return nil
        }
        return nil
    }

    /// Takes note of something else that shows life.
    package mutating func note(_ what: String, at now: ContinuousClock.Instant) {
        stall.note(what, at: now)
    }

    /// How long nothing has moved.
    package func stillness(at now: ContinuousClock.Instant) -> Duration {
        stall.stillness(at: now)
    }

    /// What was seen last and when, as lines of evidence.
    package func lastSigns(at now: ContinuousClock.Instant) -> [String] {
        stall.lastSigns(at: now)
    }

    /// A failure for which only its outward form is known: the reason is what was said shortly before, if that explains
    /// it.
    package func failure(_ cause: FailureCause, _ evidence: [String]) -> MachineFailure {
        guard let hint, now - hint.at < Self.hintAge, !hasNetwork || hint.cause != .networkAbsent else {
            return MachineFailure(cause, evidence: evidence).adding(lines: lastLines)
        }
        return MachineFailure(hint.cause, evidence: [hint.line, "and then: \(cause.summary)"] + evidence)
    }

    private mutating func failure(shownBy text: ConsoleText, at now: ContinuousClock.Instant) -> MachineFailure? {
        crawl.noteLife()
        if KernelErrors.isAboutStillness(text.text) { complaint = now }
        let isComplaining = complaint.map { now - $0 < Self.complaintAge } ?? false
        if ConsoleSigns.isLife(text), !isComplaining { stall.note(text.text, at: now) }
        let failure = ConsoleSigns.failure(in: text)?.adding(lines: lastLines)
        if case .line(let line) = text, !line.isEmpty {
            lastLines = Array((lastLines + [line]).suffix(Self.rememberedLines))
            if let cause = ConsoleSigns.hint(in: line) { hint = (cause, line, now) }
        }
        guard let failure, failure.cause == .hostDiskError else { return failure }
        if diskComplaint == nil { diskComplaint = (failure, now) }
        return nil
    }

    private func failure(at now: ContinuousClock.Instant) -> MachineFailure? {
        if let panicTold, now - panicTold >= Self.panicPatience {
            return MachineEnd.failure(of: .panicked)?.adding(lines: lastLines)
        }
        if let diskComplaint, now - diskComplaint.at >= Self.diskPatience { return diskComplaint.failure }
        return stall.stall(at: now).map { failure(.stalled, $0) } ?? crawl.failure(at: now)
    }
}
