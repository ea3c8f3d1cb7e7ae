/// Lines of a guest's kernel that no sound system writes while it boots.
///
/// A guest that runs on is not cleared by that: a kernel that warned or oopsed goes on as well as it can. Only the kernel's
/// own lines count, which begin with its time stamp.
package enum KernelErrors {
    /// The most lines that are told; a guest that floods its console says nothing new after them.
    package static let limit = 20

    /// The kernel's errors among `lines`, each once, at most ``limit``.
    ///
    /// - Parameter accelerator: Under emulation, a processor that got no time looks stuck to its guest; that is no error then.
    package static func found(in lines: some Sequence<String>, accelerator: Accelerator) -> [String] {
        let signs = accelerator == .kvm ? signs + timingSigns : signs
        var messages: Set<Substring> = []
        var found: [String] = []
        for line in lines {
            guard found.count < limit, let message = message(of: line) else { continue }
            let isExcused = timingSigns.contains { message.contains($0) } && accelerator != .kvm
            guard !isExcused, signs.contains(where: { message.contains($0) }), messages.insert(message).inserted else {
                continue
            }
            found.append(EvidenceLine.clean(line))
        }
        return found
    }

    /// Whether the kernel says in a line that something in it does not move.
    static func isAboutStillness(_ line: String) -> Bool {
        message(of: line).map { message in timingSigns.contains { message.contains($0) } } ?? false
    }

    /// What the kernel says in a line; nil for a line of somebody else's, also of one who writes into the kernel's log.
    private static func message(of line: String) -> Substring? {
        guard let stamp = line.prefixMatch(of: /\[ *[0-9]+\.[0-9]+\](\[ *[CT][0-9]+\])?[ ]/) else { return nil }
        let message = line[stamp.range.upperBound...]
        let isOfAProgram = message.prefixMatch(of: /[^ ]+\[[0-9]+\]:[ ]/) != nil
        return isOfAProgram && !message.contains("segfault at") ? nil : message
    }

    private static let signs = [
        "Kernel panic", "kernel BUG at", "BUG: ", "Oops: ", "general protection fault", "WARNING: CPU: ", "UBSAN: ",
        "KASAN: ", "Bad page state", "Machine check", "segfault at", "Out of memory: Killed process",
        "invoked oom-killer", "Buffer I/O error on dev", "I/O error, dev ", "EXT4-fs error", "Corruption of in-memory",
        "Metadata corruption detected", "BTRFS error", "BTRFS critical", "Unable to mount root fs", "VERIFY3",
        "VERIFY(",
        "PANIC at ",
        "Pool 'rpool' has encountered",
    ]

    private static let timingSigns = [
        "soft lockup", "hard LOCKUP", "detected stall", "self-detected stall", "blocked for more than",
    ]
}
