internal import HostSystem
package import Libvirt

/// Notices that nothing moves any more in a machine.
///
/// Progress is new console output, news from inside the guest, disk traffic, or a processor that works. An idle guest
/// writes a little and computes a little all the time, so both have a threshold per second.
package struct StallWatch: Sendable {
    /// More disk traffic than this in a second is work.
    static let busyTraffic = ByteCount(256 << 10)
    /// More processor time than this in a second is work; an idle guest takes 20 to 150 ms, emulated.
    static let busyProcessor: Duration = .milliseconds(400)

    private let limit: Duration
    private var lastProgress: ContinuousClock.Instant
    private var lastSeen: String
    private var counters: (value: DomainCounters, at: ContinuousClock.Instant)?

    /// A watch that calls `limit` of stillness a stall.
    package init(limit: Duration, from start: ContinuousClock.Instant) {
        self.limit = limit
        lastProgress = start
        lastSeen = "the machine's start"
    }

    /// Takes note of something that shows life.
    package mutating func note(_ what: String, at now: ContinuousClock.Instant) {
        lastProgress = now
        lastSeen = what
    }

    /// Takes note of the counters if they show work since the last time.
    package mutating func note(_ value: DomainCounters, at now: ContinuousClock.Instant) {
        defer { counters = (value, now) }
        guard let (before, then) = counters, now > then else { return }
        let seconds = Double((now - then).milliseconds) / 1000
        let traffic =
            value.bytesRead.bytes - before.bytesRead.bytes + value.bytesWritten.bytes - before.bytesWritten.bytes
        let processor = value.processorTime - before.processorTime
        if Double(traffic) > Double(Self.busyTraffic.bytes) * seconds
            || Double(processor.milliseconds) > Double(Self.busyProcessor.milliseconds) * seconds
        {
            lastProgress = now
        }
    }

    /// Takes note of where the counters are to be compared from: answering our questions is no work of the guest's.
    package mutating func rebase(_ value: DomainCounters, at now: ContinuousClock.Instant) {
        counters = (value, now)
    }

    /// How long nothing has moved.
    package func stillness(at now: ContinuousClock.Instant) -> Duration {
        now - lastProgress
    }

    /// The failure, if the machine has been still for too long.
    package func failure(at now: ContinuousClock.Instant) -> MachineFailure? {
        guard stillness(at: now) > limit else { return nil }
        return MachineFailure(
            .stalled,
            evidence: ["nothing has moved for \(stillness(at: now).components.seconds) s", "last seen: \(lastSeen)"])
    }
}
