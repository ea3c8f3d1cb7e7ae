/// Signs of trouble that any Linux guest, or its firmware, writes on the console.
package enum ConsoleSigns {
    /// Whose words a sign is made of, and thus where in a line they stand.
    private enum Speaker {
        /// The kernel: the words follow its time stamp, `[   12.345678] `, and no program can say them in another sense.
        case kernel
        /// A program that writes the words at the beginning of a line.
        case program
        /// The firmware's boot manager, anywhere in a line that begins as its own: a console that loses the end of a line
        /// has the next in it.
        case firmware
        /// A prompt that begins with the words.
        case prompt
    }

    private struct Sign {
        let speaker: Speaker
        let words: String
        let cause: FailureCause

        init(_ speaker: Speaker, _ words: String, _ cause: FailureCause) {
            self.speaker = speaker
            self.words = words
            self.cause = cause
        }
    }

    /// The failure that a piece of text shows by itself; nil for text that shows none.
    package static func failure(in text: ConsoleText) -> MachineFailure? {
        signs.first { isSaid($0, in: text) }.map { MachineFailure($0.cause, evidence: [text.text]) }
    }

    /// What a line makes likely if the machine fails: programs say this, too, and get over it.
    static func hint(in line: String) -> FailureCause? {
        hints.first { line.contains($0.words) }?.cause
    }

    /// Whether a piece of text asks for a user's name; the kernel may go on in the same line.
    package static func isLoginPrompt(_ text: String) -> Bool {
        let stamp = text.firstMatch(of: /\[ *[0-9]+\.[0-9]+\]/)?.range.lowerBound
        let asked = text[..<(stamp ?? text.endIndex)]
        return asked.hasSuffix("login:") || asked.hasSuffix("login: ")
    }

    /// Whether a line is the firmware's word that it starts a loader.
    static func isStart(_ line: String) -> Bool {
        line.hasPrefix("\(bootManager)starting Boot")
    }

    /// Whether a piece of text shows that the guest gets on.
    static func isLife(_ text: ConsoleText) -> Bool {
        switch text {
        case .line(let line): !line.isEmpty && !isWaiting(line)
        // The beginning of a line of the kernel's or of systemd's is no sign yet: it may go on as a wait.
        case .prompt(let line): !line.hasPrefix("[")
        }
    }

    /// Whether a line tells that a stop or a start takes time; such lines come each second, and nothing moves.
    static func isWaiting(_ line: String) -> Bool {
        line.contains("A stop job is running for") || line.contains("A start job is running for")
            || line.contains(" jobs are running")
    }

    private static func isSaid(_ sign: Sign, in text: ConsoleText) -> Bool {
        guard let range = text.text.firstRange(of: sign.words) else { return false }
        switch (sign.speaker, text) {
        case (.kernel, .line(let line)): return endsWithStamp(line[..<range.lowerBound])
        case (.program, .line(let line)): return range.lowerBound == line.startIndex
        case (.firmware, .line(let line)): return line.hasPrefix(bootManager)
        case (.prompt, .prompt(let line)): return range.lowerBound == line.startIndex
        case (.kernel, .prompt), (.program, .prompt), (.firmware, .prompt), (.prompt, .line): return false
        }
    }

    /// Whether text ends with a kernel's time stamp, and possibly the task or processor that speaks.
    private static func endsWithStamp(_ text: Substring) -> Bool {
        text.suffix(60).firstMatch(of: /\[ *[0-9]+\.[0-9]+\](\[ *[CT][0-9]+\])? ?$/) != nil
    }

    private static let bootManager = "BdsDxe: "

    /// The first that fits counts: a panic for want of memory is a want of memory.
    private static let signs = [
        Sign(.kernel, "Out of memory: Killed process", .guestOutOfMemory),
        Sign(.kernel, "Out of memory and no killable processes", .guestOutOfMemory),
        Sign(.kernel, "Kernel panic - not syncing: Out of memory", .guestOutOfMemory),
        Sign(.kernel, "Kernel panic - not syncing: System is deadlocked on memory", .guestOutOfMemory),
        Sign(.kernel, "Kernel panic - not syncing", .kernelPanic),
        Sign(.kernel, "I/O error, dev vda,", .hostDiskError),
        Sign(.kernel, "I/O error, dev sda,", .hostDiskError),
        Sign(.program, "You are in emergency mode", .emergencyShell),
        Sign(.program, "You are in rescue mode", .emergencyShell),
        Sign(.program, "Entering emergency mode", .emergencyShell),
        Sign(.program, "Generating \"/run/initramfs/rdsosreport.txt\"", .emergencyShell),
        Sign(.program, "Cannot open access to console, the root account is locked", .emergencyShell),
        Sign(.prompt, "Give root password for maintenance", .emergencyShell),
        Sign(.prompt, "Press Enter for maintenance", .emergencyShell),
        Sign(.prompt, "(initramfs) ", .emergencyShell),
        Sign(.prompt, "dracut:/# ", .emergencyShell),
        Sign(.firmware, "\(bootManager)No bootable option or device was found", .noBootMedium),
        Sign(.prompt, "Shell> ", .noBootMedium),
        Sign(.prompt, "grub> ", .noBootMedium),
        Sign(.prompt, "grub rescue> ", .noBootMedium),
    ]

    private static let hints: [(words: String, cause: FailureCause)] = [
        ("No space left on device", .guestDiskFull),
        ("with error 28", .guestDiskFull),
        ("emory cgroup out of memory: Killed process", .guestOutOfMemory),
        ("Cannot allocate memory", .guestOutOfMemory),
        ("A start job is running for Wait for Network", .networkAbsent),
        ("Temporary failure in name resolution", .networkAbsent),
        ("Temporary failure resolving", .networkAbsent),
        ("Network is unreachable", .networkAbsent),
    ]
}
