internal import SystemPackage

/// What the kernel tells of a process in `/proc/PID/stat` (`proc(5)`).
package struct ProcessStatus: Sendable {
    /// `T` for a process that a signal stopped, `D` for one that waits for a device, `Z` for one that has ended and only
    /// waits to be asked about it, `R`, `S` and so on.
    package let state: Character
    /// When it started, in ticks since the host's start.
    package let start: UInt64
    /// How it ended, as `wait(2)` reports it; 0 while it lives, or where this user may not know it.
    package let waitStatus: Int32

    /// The status of the process with a number; nil if there is none.
    package init?(of id: Int32) {
        guard let text = try? FilePath("/proc/\(id)/stat").readText(limit: .mebibytes(1)) else { return nil }
        self.init(text)
    }

    /// The status in a text of the kernel's; nil for any other text.
    package init?(_ text: String) {
        // The second field is the program's name in parentheses, in which anything may stand. The state is field 3, the
        // start field 22, and the last field, the end, field 52.
        guard let name = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: name)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 49, let state = fields[0].first, let start = UInt64(fields[19]),
            let waitStatus = Int32(fields[49])
        else { return nil }
        self.state = state
        self.start = start
        self.waitStatus = waitStatus
    }

    /// Whether it is dead, though not yet forgotten.
    package var hasEnded: Bool { state == "Z" || state == "X" }
}
