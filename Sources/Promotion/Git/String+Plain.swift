internal import HostSystem

extension String {
    /// The text on one line that a terminal shows as text, cut to what a person reads.
    var plainLine: String { TerminalText.plain(prefix(1000)) }

    /// The last lines of what a program said, each plain and after a mark that it is quoted.
    var plainLines: String {
        split(whereSeparator: \.isNewline).suffix(12).map { "  > " + String($0).plainLine }.joined(separator: "\n")
    }
}
