/// Signs of trouble that any Linux guest, or its firmware, writes on the console.
package enum ConsoleSigns {
    /// The failure that a line shows; nil for a line that shows none.
    package static func failure(in line: String) -> MachineFailure? {
        signs.first { line.contains($0.mark) }.map { MachineFailure($0.cause, evidence: [line]) }
    }

    /// Whether a piece of text asks for a user's name.
    package static func isLoginPrompt(_ text: String) -> Bool {
        text.hasSuffix("login: ") || text.hasSuffix("login:")
    }

    /// The kernel's, systemd's, dracut's and the firmware's own words, which no program of theirs writes in another sense.
    private static let signs: [(mark: String, cause: FailureCause)] = [
        ("Kernel panic - not syncing", .kernelPanic),
        ("You are in emergency mode", .emergencyShell),
        ("Entering emergency mode", .emergencyShell),
        ("Generating \"/run/initramfs/rdsosreport.txt\"", .emergencyShell),
        ("BdsDxe: No bootable option or device was found", .noBootMedium),
        ("Shell> ", .noBootMedium),
    ]
}
