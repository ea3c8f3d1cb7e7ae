package import Foundation
internal import HostSystem
package import Libvirt

/// Notices that nothing moves any more in a machine.
///
/// Progress is new console output, news from inside the guest, disk traffic, or a processor that works. An idle guest
/// writes a little and computes a little all the time, so both have a threshold per second. A guest that waits for a processor,
/// because this host is busy, is not idle.
///
/// Both are judged over some seconds. To look whether a script still lives can take an emulated guest most of one, every five
/// seconds, whatever the script does; and half a minute after the last file was written, the kernel writes what it still
/// holds of it all at once.
package struct StallWatch: Sendable {
    /// More disk traffic than this in a second is work.
    static let busyTraffic = ByteCount(256 << 10)
    /// More processor time than this in a second, used or waited for, is work; an idle guest takes 20 to 150 ms, emulated.
    static let busyProcessor: Duration = .milliseconds(400)
    /// Over how long that is judged.
    static let span: Duration = .seconds(5)

    private let limit: Duration
    /// One moment on both clocks: durations are measured by the one, and people read the other.
    private let start: (instant: ContinuousClock.Instant, date: Date)
    private var lastProgress: ContinuousClock.Instant
    private var lastSeen: (what: String, at: ContinuousClock.Instant)
    private var counters: (value: DomainCounters, at: ContinuousClock.Instant)?
    /// What the machine did since it was judged last, and in how much time.
    private var done = Done()

    private struct Done {
        var traffic: Int64 = 0
        var processor: Duration = .zero
        var time: Duration = .zero

        /// Whether that is more than an idle guest does.
        var isWork: Bool {
            let seconds = max(time, StallWatch.span) / .seconds(1)
            return Double(traffic) > Double(StallWatch.busyTraffic.bytes) * seconds
                || processor > StallWatch.busyProcessor * seconds
        }
    }

    /// A watch that calls `limit` of stillness a stall.
    ///
    /// - Parameter date: The time of day at `start`.
    package init(limit: Duration, from start: ContinuousClock.Instant, date: Date = Date()) {
        self.limit = limit
        self.start = (start, date)
        lastProgress = start
        lastSeen = ("the machine's start", start)
    }

    /// Takes note of something that shows life.
    package mutating func note(_ what: String, at now: ContinuousClock.Instant) {
        lastProgress = now
        lastSeen = (what, now)
    }

    /// Takes note of the counters if they show work since the last time.
    package mutating func note(_ value: DomainCounters, at now: ContinuousClock.Instant) {
        defer { counters = (value, now) }
        guard let (before, then) = counters, now > then else { return }
        done.traffic += value.traffic - before.traffic
        done.processor += value.processorTime + value.waitingTime - before.processorTime - before.waitingTime
        done.time += now - then
        if done.isWork { lastProgress = now }
        if done.isWork || done.time >= Self.span { done = Done() }
    }

    /// Takes note of where the counters are to be compared from: answering our questions is no work of the guest's.
    package mutating func rebase(_ value: DomainCounters, at now: ContinuousClock.Instant) {
        counters = (value, now)
    }

    /// How long nothing has moved.
    package func stillness(at now: ContinuousClock.Instant) -> Duration {
        now - lastProgress
    }

    /// What was seen last and when, and since when nothing moves, as lines of evidence.
    func lastSigns(at now: ContinuousClock.Instant) -> [String] {
        let still = stillness(at: now).components.seconds
        return [
            "last seen at \(time(of: lastSeen.at)): \(lastSeen.what)",
            still > 1 ? "nothing has moved for \(still) s, since \(time(of: lastProgress))" : "it still works",
        ]
    }

    /// What shows that the machine has been still for too long; nil while it has not.
    package func stall(at now: ContinuousClock.Instant) -> [String]? {
        stillness(at: now) > limit ? lastSigns(at: now).reversed() : nil
    }

    private func time(of instant: ContinuousClock.Instant) -> String {
        start.date.addingTimeInterval(Double((instant - start.instant).milliseconds) / 1000).formatted(.iso8601)
    }
}

extension DomainCounters {
    /// What was read from the disk and written to it, in bytes.
    fileprivate var traffic: Int64 { bytesRead.bytes + bytesWritten.bytes }
}
