/// What QEMU itself printed about its end, among the lines of the log that libvirt keeps for it.
///
/// ```
/// DATE TIME: starting up libvirt version: …           libvirt's
/// LC_ALL=C \                                          the command, over many lines that end in a backslash
/// -msg timestamp=on
/// TIME qemu-system-x86_64: warning: …                 QEMU's; a warning is no end
/// TIME qemu-system-x86_64: terminating on signal 15 from pid 77 (kill)
/// DATE TIME: shutting down, reason=crashed            libvirt's
/// ```
enum QEMULog {
    /// QEMU's last words, at most a handful; none if it said nothing.
    static func lastWords(in text: String) -> [String] {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        let command = lines.lastIndex { $0.hasSuffix(" \\") } ?? -1
        return lines.dropFirst(command + 2).filter(isOfAnEnd).suffix(3).map { $0 }
    }

    private static func isOfAnEnd(_ line: String) -> Bool {
        ![": shutting down, reason=", ": starting up libvirt", ": warning: ", "char device redirected"]
            .contains { line.contains($0) }
    }
}
