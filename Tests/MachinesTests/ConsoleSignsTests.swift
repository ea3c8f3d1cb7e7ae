import Machines
import Testing

struct ConsoleSignsTests {
    @Test(arguments: [
        (
            "[    2.817] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)",
            FailureCause.kernelPanic
        ),
        ("You are in emergency mode. After logging in, type \"journalctl -xb\" to view", .emergencyShell),
        ("Entering emergency mode. Exit the shell to continue.", .emergencyShell),
        ("Generating \"/run/initramfs/rdsosreport.txt\"", .emergencyShell),
        ("BdsDxe: No bootable option or device was found.", .noBootMedium),
        ("Shell> ", .noBootMedium),
    ])
    func knowsTheSignsOfTrouble(line: String, cause: FailureCause) throws {
        let failure = try #require(ConsoleSigns.failure(in: line))
        #expect(failure.cause == cause)
        #expect(failure.evidence == [line])
    }

    @Test(arguments: [
        "", "golden login: ", "[  OK  ] Reached target Multi-User System.", "Kernel command line: panic=30",
        "[    0.1] Kernel panic timeout set", "systemd[1]: emergency.target: not needed",
        "BdsDxe: failed to load Boot0001 \"UEFI QEMU DVD-ROM QM00001\"", "BdsDxe: starting Boot0003", "$ sh",
        "UEFI Interactive Shell v2.2", "rdsosreport.txt is not written",
    ])
    func takesHarmlessLinesForNoTrouble(line: String) {
        #expect(ConsoleSigns.failure(in: line) == nil)
    }

    @Test(arguments: [
        ("golden login: ", true), ("golden login:", true), ("Password: ", false), ("", false), ("login: admin", false),
        ("Last login: Mon Nov 23 05:00:00", false), ("admin@golden:~$ ", false),
    ])
    func knowsALoginPrompt(text: String, isPrompt: Bool) {
        #expect(ConsoleSigns.isLoginPrompt(text) == isPrompt)
    }
}
