extension FailureCause {
    /// What went wrong, as a sentence.
    package var summary: String {
        switch self {
        case .noSeed: "the installer found no answers and installed nothing"
        case .answersRefused: "the installer refused the answers"
        case .secretWanted: "the installer waits for a secret that the answers do not give"
        case .installerFailed: "the installer failed"
        case .endedUnfinished: "the machine ended before its work was done"
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
        case .hostOutOfMemory: "QEMU was killed because the host, or its memory group, was out of memory"
        case .guestOutOfMemory: "the guest ran out of memory"
        case .guestDiskFull: "a disk of the guest's is full"
        case .networkAbsent: "the guest wanted a network and has none"
        case .kvmUnusable: "KVM is not usable on this host"
        case .libvirtLost: "the connection to libvirt was lost"
        case .packageNotOffline: "the medium's package set lacks a package that was asked for"
        case .packageUnknown: "no repository of the guest's knows a package that was asked for"
        case .postInstallSkipped: "a post-install script did not run, or not to its end"
        case .datasetHasClones: "a ZFS dataset has clones and cannot be destroyed"
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
        case .hostOutOfMemory: "lower the template's 'memory', or give the host or QEMU's memory group more"
        case .guestOutOfMemory: "raise 'memory' in the template's 'machine'"
        case .guestDiskFull: "raise 'disk' in the template's 'machine', or let the step write less"
        case .networkAbsent: "set 'network: user' in the template's 'machine'; only some installs do without"
        case .kvmUnusable: "build with '--accelerator tcg', or repair KVM as 'imagefactory doctor' says"
        case .libvirtLost: "start libvirt's daemon again, then build again; finished stages are kept"
        case .packageNotOffline:
            "leave the package out, or set KLDLOAD_ALLOW_INTERNET_FALLBACK: \"1\" and 'network: user'"
        case .packageUnknown: "correct the package's name, or add the repository that has it before this step"
        case .postInstallSkipped: "read the log that the evidence names, and correct the script or its unit"
        case .datasetHasClones: "list them with 'zfs get clones', then promote or destroy each clone first"
        }
    }

    /// Whether a guest's agent can still be asked after a failure by this cause.
    var leavesAgent: Bool {
        switch self {
        case .noSeed, .answersRefused, .secretWanted, .installerFailed, .notInstalled, .stalled, .tooLate,
            .agentBlocked, .shutdownRefused, .guestOutOfMemory, .guestDiskFull, .networkAbsent, .packageNotOffline,
            .packageUnknown, .postInstallSkipped, .datasetHasClones:
            true
        case .endedUnfinished, .kernelPanic, .emergencyShell, .noBootMedium, .machineKilled, .machineDied,
            .agentMissing, .agentLost, .hostDiskFull, .hostDiskError, .hostOutOfMemory, .kvmUnusable, .libvirtLost:
            false
        }
    }
}
