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
        // The name, in parentheses, may hold anything; state is field 3 and the exit status field 52 (`proc(5)`).
        let afterName = text[(text.lastIndex(of: ")") ?? text.startIndex)...]
        let fields = afterName.split(whereSeparator: \.isWhitespace).dropFirst()
        guard let state = fields.first, state == "Z" || state == "X", fields.count > 49,
            let status = Int32(fields[fields.startIndex + 49])
        else { return nil }
        self = ProcessEnd(waitStatus: status)
    }
}
