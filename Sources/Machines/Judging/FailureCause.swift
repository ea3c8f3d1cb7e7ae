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
    /// The host's kernel, or a memory limit of a group that QEMU runs in, killed QEMU for its memory.
    case hostOutOfMemory = "host-out-of-memory"
    /// The guest's kernel killed a process for want of memory.
    case guestOutOfMemory = "guest-out-of-memory"
    /// A file system of the guest's is full.
    case guestDiskFull = "guest-disk-full"
    /// Something in the guest wanted a network, and there is none.
    case networkAbsent = "network-absent"
    /// KVM fails on this host, or is so slow that a guest does not get anywhere.
    case kvmUnusable = "kvm-unusable"
    /// The connection to libvirt broke.
    case libvirtLost = "libvirt-lost"
    /// A package is missing from the packages that the medium carries.
    case packageNotOffline = "package-not-offline"
    /// A package is in no repository that the guest knows.
    case packageUnknown = "package-unknown"
    /// A script that was to run after the installation did not run.
    case postInstallSkipped = "post-install-skipped"
    /// A ZFS dataset cannot be destroyed, because clones hang on it.
    case datasetHasClones = "dataset-has-clones"
}
