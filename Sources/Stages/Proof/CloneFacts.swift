internal import GuestAgent
internal import HostSystem
internal import Machines

/// How a booted clone is: what failed in it, and what it has.
struct CloneFacts: Sendable {
    /// The units that failed.
    var failedUnits: [String]
    /// What the kernel remembers of its boot, a line each.
    var kernelLog: [String]
    /// Whether cloud-init is installed, and so a seed can be taken.
    var hasCloudInit: Bool

    private static let deadline: Duration = .seconds(300)
    /// The most units that are told.
    private static let unitLimit = 20
    private static let logLimit = 512 << 10

    /// Prints `cloud-init` if there is one, `unit NAME` for each that failed, and `kernel LINE` for each of the kernel's.
    private static let script = """
        if command -v cloud-init >/dev/null; then echo cloud-init; fi
        systemctl list-units --failed --plain --no-legend --no-pager | sed 's/^/unit /'
        dmesg 2>/dev/null | tail -c "$1" | sed 's/^/kernel /'
        true
        """

    /// Asks a guest; what its kernel says is told without what must not be shown.
    static func find(in guest: Guest) async throws -> CloneFacts {
        let text = try await guest.agent.shell(script, ["\(logLimit)"], deadline: deadline).text
        return CloneFacts(reading: guest.machine.redactor.text(text))
    }

    /// Reads what the script printed.
    init(reading text: String) {
        let lines = text.split(separator: "\n")
        func rest(after word: String) -> [Substring] {
            lines.filter { $0.hasPrefix(word + " ") }.map { $0.dropFirst(word.count + 1) }
        }
        hasCloudInit = lines.contains("cloud-init")
        failedUnits = rest(after: "unit").prefix(Self.unitLimit).compactMap { line in
            line.split(separator: " ").first.map { TerminalText.plain($0) }
        }
        kernelLog = rest(after: "kernel").map(String.init)
    }
}
