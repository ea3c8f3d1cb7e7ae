internal import GuestAgent
internal import HostSystem

/// What a guest says of itself.
struct GuestFacts: Sendable, Equatable {
    /// The kernel that it runs.
    let kernel: String
    /// Where its root file system lies: a device, or a ZFS dataset.
    let root: String

    private static let script = "uname -r; findmnt -n -o SOURCE /"

    /// Asks a guest.
    static func find(in agent: Agent) async throws -> GuestFacts {
        let text = try await agent.shell(script, deadline: .seconds(300)).text
        let lines = text.split(separator: "\n").map { String(TerminalText.plain($0).prefix(200)) }
        guard lines.count == 2 else {
            throw GuestAnswerError(subject: "its kernel and its root", answer: text)
        }
        return GuestFacts(kernel: lines[0], root: lines[1])
    }
}
