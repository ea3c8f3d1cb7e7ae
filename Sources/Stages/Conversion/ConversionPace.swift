internal import DiskImages
internal import Synchronization

/// Says how far a conversion is, how fast it goes and how long it takes yet, in a line every few seconds.
final class ConversionPace: Sendable {
    private let pause: Duration
    private let start = ContinuousClock.now
    private let lastLine: Mutex<ContinuousClock.Instant>
    private let report: @Sendable (String) -> Void

    /// A pace that says its lines to `report`.
    init(every pause: Duration = .seconds(5), report: @escaping @Sendable (String) -> Void) {
        self.pause = pause
        self.report = report
        lastLine = Mutex(start)
    }

    /// Takes how far the conversion is.
    func note(_ progress: ConversionProgress) {
        let now = ContinuousClock.now
        let isDue = lastLine.withLock { last in
            guard now - last >= pause else { return false }
            last = now
            return true
        }
        if isDue { report(progress.line(after: now - start)) }
    }
}
