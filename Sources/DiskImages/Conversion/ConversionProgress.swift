internal import HostSystem

/// How far a conversion has come.
package struct ConversionProgress: Sendable {
    /// What is going on.
    package enum Stage: Sendable {
        case converting, verifying
    }

    /// What is going on.
    package let stage: Stage
    /// How much of the disk is done, in bytes: by the slowest file or digest, or of the comparison.
    package let done: Int64
    /// The size of the disk in bytes.
    package let total: Int64

    package init(stage: Stage, done: Int64, total: Int64) {
        self.stage = stage
        self.done = done
        self.total = total
    }

    /// How far it is, how fast it goes and how long it takes yet: `3.1 GiB of 8 GiB, 820 MiB/s, 6 s left`.
    package func line(after time: Duration) -> String {
        let state = "\(ByteCount(done)) of \(ByteCount(total))"
        guard stage == .converting else { return "verifying: \(state)" }
        let seconds = Double(time.milliseconds) / 1000
        guard done > 0, seconds > 0 else { return state }
        let rate = Double(done) / seconds
        let left = Int64((Double(total - done) / rate).rounded(.up))
        return "\(state), \(ByteCount(Int64(rate)))/s, \(left) s left"
    }
}
