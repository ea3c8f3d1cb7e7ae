import Testing

@testable import Machines

struct ConsoleSignsTests {
    /// Text and the cause that it shows by itself, three or more of each.
    static let signs: [(ConsoleText, FailureCause)] = [
        (
            .line("[    2.817] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)"),
            .kernelPanic
        ),
        (.line("[   44.102938] Kernel panic - not syncing: sysrq triggered crash"), .kernelPanic),
        (
            .line("[    1.000001][    T1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00"),
            .kernelPanic
        ),
        (.line("golden login: [  120.5] Kernel panic - not syncing: Fatal exception in interrupt"), .kernelPanic),
        (
            .line("[   88.123456] Out of memory: Killed process 611 (stress) total-vm:3145728kB, anon-rss:1810000kB"),
            .guestOutOfMemory
        ),
        (.line("[  301.1][  T77] Out of memory: Killed process 9 (systemd-journal) total-vm:1kB"), .guestOutOfMemory),
        (
            .line("[   12.3] Kernel panic - not syncing: Out of memory: compulsory panic_on_oom is enabled"),
            .guestOutOfMemory
        ),
        (.line("[   12.3] Kernel panic - not syncing: System is deadlocked on memory"), .guestOutOfMemory),
        (.line("You are in emergency mode. After logging in, type \"journalctl -xb\" to view"), .emergencyShell),
        (.line("You are in rescue mode. After logging in, type \"journalctl -xb\" to view"), .emergencyShell),
        (.line("Entering emergency mode. Exit the shell to continue."), .emergencyShell),
        (.line("Generating \"/run/initramfs/rdsosreport.txt\""), .emergencyShell),
        (.line("Cannot open access to console, the root account is locked."), .emergencyShell),
        (.prompt("(initramfs) "), .emergencyShell),
        (.prompt("Give root password for maintenance"), .emergencyShell),
        (.prompt("Press Enter for maintenance"), .emergencyShell),
        (.prompt("dracut:/# "), .emergencyShell),
        (.line("BdsDxe: No bootable option or device was found."), .noBootMedium),
        (
            .line("BdsDxe: loading Boot0003 \"EFI Internal Shell\" frBBdsDxe: No bootable option or device was found."),
            .noBootMedium
        ),
        (.prompt("Shell> "), .noBootMedium), (.prompt("grub rescue> "), .noBootMedium),
        (.prompt("grub> "), .noBootMedium),
        (.line("[  9.1] I/O error, dev vda, sector 2048 op 0x1:(WRITE) flags 0x800"), .hostDiskError),
    ]

    @Test(arguments: signs)
    func knowsTheSignsOfTrouble(text: ConsoleText, cause: FailureCause) throws {
        let failure = try #require(ConsoleSigns.failure(in: text))
        #expect(failure.cause == cause)
        #expect(failure.evidence == [EvidenceLine.clean(text.text)])
    }

    /// What programs print, without anything having failed, and what looks like a sign and is none.
    @Test(arguments: [
        "", "golden login: ", "[  OK  ] Reached target Multi-User System.", "Kernel command line: panic=30",
        "[    0.1] Kernel panic timeout set", "systemd[1]: emergency.target: not needed",
        "BdsDxe: failed to load Boot0001 \"UEFI QEMU DVD-ROM QM00001\"", "BdsDxe: starting Boot0003", "$ sh",
        "UEFI Interactive Shell v2.2", "rdsosreport.txt is not written",
        // A script's own words, on the console or in a log line, are not the kernel's.
        "Kernel panic - not syncing: said a script", "[2026-11-26 01:02:03] Kernel panic - not syncing: in a log",
        "kldload[811]: Out of memory: Killed process 1 (echo)",
        "[   33.1] set-up.sh[811]: Out of memory: Killed process 1",
        "echo 'Out of memory: Killed process 1'", "see 'You are in emergency mode' in the manual",
        "cp: error writing 'x': No space left on device", "[   61.0] Memory cgroup out of memory: Killed process 7 (a)",
        "[  5.1] I/O error, dev sr0, sector 4 op 0x0:(READ)", "[  5.1] Buffer I/O error on dev sr0, logical block 1",
        "the grub> prompt", "Shell> in the middle of a line is a line",
    ])
    func takesHarmlessLinesForNoTrouble(line: String) {
        #expect(ConsoleSigns.failure(in: .line(line)) == nil)
    }

    @Test(arguments: [
        ("tar: x: Cannot write: No space left on device", FailureCause.guestDiskFull),
        ("[   61.0] Memory cgroup out of memory: Killed process 7 (a)", .guestOutOfMemory),
        ("-bash: fork: Cannot allocate memory", .guestOutOfMemory),
        ("[***   ] A start job is running for Wait for Network to be Configured (1min 2s / no limit)", .networkAbsent),
        ("curl: (6) Temporary failure in name resolution", .networkAbsent),
    ])
    func keepsWhatMayExplainALaterFailure(line: String, cause: FailureCause) {
        #expect(ConsoleSigns.hint(in: line) == cause)
        #expect(ConsoleSigns.failure(in: .line(line)) == nil)
    }

    @Test(arguments: [
        (ConsoleText.line("a line"), true), (.prompt("golden login: "), true), (.prompt("10%"), true),
        (.line(""), false),
        (.line("[**    ] A stop job is running for Session 1 of User admin (12s / 1min 30s)"), false),
        (.line("[  *** ] (2 of 3) A start job is running for /dev/disk/by-uuid/1 (3s / 1min 30s)"), false),
        (.prompt("[ ***  ] A sto"), false),
    ])
    func tellsLifeFromWaiting(text: ConsoleText, isLife: Bool) {
        #expect(ConsoleSigns.isLife(text) == isLife)
    }

    @Test(arguments: [
        ("golden login: ", true), ("golden login:", true), ("Password: ", false), ("", false), ("login: admin", false),
        ("golden login: [   48.798930] powernow_k8: Power state transitions not supported", true),
        ("[   48.798930] golden login:", false), ("Last login: Mon Nov 23 05:00:00", false),
        ("admin@golden:~$ ", false),
    ])
    func knowsALoginPrompt(text: String, isPrompt: Bool) {
        #expect(ConsoleSigns.isLoginPrompt(text) == isPrompt)
    }
}
