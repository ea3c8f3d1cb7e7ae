internal import HostSystem

/// How a process ended.
package enum ProcessEnd: Sendable, Equatable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)

    /// The end that `wait(2)` reports by `status`.
    init(waitStatus status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
    }

    /// The end of a process that is dead but not yet forgotten, from `/proc/PID/stat`; nil if it lives.
    init?(processStatus text: String) {
        guard let status = ProcessStatus(text), status.hasEnded else { return nil }
        self = ProcessEnd(waitStatus: status.waitStatus)
    }
}
