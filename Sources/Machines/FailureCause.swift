/// Why a machine did not get where it should: a name for people and programs, never a guess.
package enum FailureCause: String, Sendable, Codable, CaseIterable {
    /// The installer found no answers.
    case noSeed = "no-seed"
    /// The installer refused the answers before it touched a disk.
    case answersRefused = "answers-refused"
    /// The installer waits for a secret that it was not given.
    case secretWanted = "secret-wanted"
    /// The installer gave up.
    case installerFailed = "installer-failed"
    /// The machine ended, and nothing says that the installation was done.
    case endedUnfinished = "ended-unfinished"
    /// The installation ended well by its own word, but the disk does not show it.
    case notInstalled = "not-installed"
    /// The guest's kernel panicked.
    case kernelPanic = "kernel-panic"
    /// The guest stopped in an emergency shell.
    case emergencyShell = "emergency-shell"
    /// The firmware found nothing to boot.
    case noBootMedium = "no-boot-medium"
    /// Nothing moves any more: no output, no disk, no processor time.
    case stalled
    /// It took longer than it may.
    case tooLate = "too-late"
    /// Somebody or something ended QEMU.
    case machineKilled = "machine-killed"
    /// QEMU ended by itself.
    case machineDied = "machine-died"
    /// The guest is up, but its agent never came.
    case agentMissing = "agent-missing"
    /// The guest's agent came and went for good.
    case agentLost = "agent-lost"
    /// The guest's agent refuses commands, and its console let us in nowhere.
    case agentBlocked = "agent-blocked"
    /// The guest would not shut down.
    case shutdownRefused = "shutdown-refused"
    /// The host's disk is full.
    case hostDiskFull = "host-disk-full"
    /// The host could not read or write the machine's disk.
    case hostDiskError = "host-disk-error"

    /// What went wrong, as a sentence.
    package var summary: String {
        switch self {
        case .noSeed: "the installer found no answers and installed nothing"
        case .answersRefused: "the installer refused the answers"
        case .secretWanted: "the installer waits for a secret that the answers do not give"
        case .installerFailed: "the installer failed"
        case .endedUnfinished: "the machine ended before the installer said that it was done"
        case .notInstalled: "the installer said it was done, but the disk holds no installed system"
        case .kernelPanic: "the guest's kernel panicked"
        case .emergencyShell: "the guest stopped in an emergency shell"
        case .noBootMedium: "the firmware found nothing to boot"
        case .stalled: "the machine stalled: no output, no disk activity, no processor time"
        case .tooLate: "the machine did not get there in time"
        case .machineKilled: "QEMU was killed from outside"
        case .machineDied: "QEMU ended by itself"
        case .agentMissing: "the guest is up, but its agent never came"
        case .agentLost: "the guest's agent stopped answering"
        case .agentBlocked: "the guest's agent refuses commands, and they could not be enabled over the serial console"
        case .shutdownRefused: "the guest would not shut down"
        case .hostDiskFull: "the host's disk is full"
        case .hostDiskError: "the host could not read or write the machine's disk"
        }
    }

    /// The one thing to do next.
    package var nextStep: String {
        switch self {
        case .noSeed:
            "check that the template's 'answers-by' suits this medium, and read the console log for 'autoinstall'"
        case .answersRefused: "correct the template's answers as the installer's message says"
        case .secretWanted: "give KLDLOAD_PASSWORD as a secret in the template's answers"
        case .installerFailed: "read bundle/installer/kldload-installer.log"
        case .endedUnfinished: "read the end of the console log; a machine that reboots by itself ends here too"
        case .notInstalled: "read the console log of the first boot and the installer's logs in the bundle"
        case .kernelPanic: "read the end of the console log; give the machine more memory if it speaks of that"
        case .emergencyShell: "read the end of the console log for the unit that failed"
        case .noBootMedium: "check that the medium boots by UEFI, and that Secure Boot is not needed"
        case .stalled: "look at bundle/screen.png and at the end of the console log"
        case .tooLate: "look at the end of the console log; raise the template's 'deadlines' if the guest was only slow"
        case .machineKilled: "find who ended it (the kernel's log tells of an out-of-memory kill), then build again"
        case .machineDied: "read bundle/qemu.log"
        case .agentMissing: "install and enable qemu-guest-agent in the guest: KLDLOAD_EXTRA_PACKAGES in the answers"
        case .agentLost: "read the console log around the last step; the guest may be out of memory"
        case .agentBlocked: "let the install user log in on the serial console and use sudo without a password"
        case .shutdownRefused: "read the end of the console log for the unit that does not stop"
        case .hostDiskFull: "free space where the factory keeps its state, then build again; finished stages are kept"
        case .hostDiskError: "read the kernel's log of this host and bundle/qemu.log"
        }
    }
}

/// A machine that failed, with what shows it.
package struct MachineFailure: Error, CustomStringConvertible {
    /// The cause's name.
    package let cause: FailureCause
    /// The lines that show it, the most telling first.
    package let evidence: [String]

    /// A failure with its evidence.
    package init(_ cause: FailureCause, evidence: [String] = []) {
        self.cause = cause
        self.evidence = evidence
    }

    package var description: String {
        var lines = ["\(cause.summary) [\(cause.rawValue)]"]
        lines += evidence.prefix(5).map { "  > \($0)" }
        lines.append("next: \(cause.nextStep)")
        return lines.joined(separator: "\n")
    }
}
