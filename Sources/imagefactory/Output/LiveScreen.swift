internal import HostSystem

/// Lines at the bottom of a terminal that are drawn again and again in the same place.
struct LiveScreen {
    /// What is on the screen now.
    private var drawn: [String] = []

    /// The bytes that replace what was drawn before by `lines`, on a terminal of `width` columns.
    ///
    /// A terminal that became narrower has broken the old lines into several rows each. It never breaks the new ones,
    /// since breaking is switched off while they are drawn; all of a frame is one write, so it cannot stay switched off.
    mutating func frame(_ lines: [String], width: Int) -> String {
        let rows = drawn.reduce(0) { $0 + max(1, (TerminalText.width(of: $1) + width - 1) / width) }
        drawn = lines
        let up = rows > 0 ? "\u{1B}[\(rows)A" : ""
        return "\r" + up + "\u{1B}[J\u{1B}[?7l" + lines.map { $0 + "\r\n" }.joined() + "\u{1B}[?7h"
    }
}
