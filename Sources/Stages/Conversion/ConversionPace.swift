internal import DiskImages
internal import HostSystem
internal import Machines
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
        if isDue { report(Self.line(done: progress.done, of: progress.total, after: now - start)) }
    }

    /// `3.1 GiB of 8 GiB, 820 MiB/s, 6 s left`
    static func line(done: Int64, of total: Int64, after time: Duration) -> String {
        let state = "\(ByteCount(done)) of \(ByteCount(total))"
        let seconds = Double(time.milliseconds) / 1000
        guard done > 0, seconds > 0 else { return state }
        let rate = Double(done) / seconds
        let left = (Double(total - done) / rate).rounded(.up)
        return "\(state), \(ByteCount(Int64(rate)))/s, \(Int64(left)) s left"
    }
}
