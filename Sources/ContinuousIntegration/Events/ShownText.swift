internal import HostSystem

extension StringProtocol {
    /// The text as a message may quote it: on one line, without control characters, and not longer than a line.
    package var shown: String {
        let plain = TerminalText.plain(self.prefix(200))
        return plain.count > 100 ? TerminalText.cut(plain, to: 100) + "…" : plain
    }

    /// What follows `prefix`; nil for a text that begins with something else.
    func removing(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
