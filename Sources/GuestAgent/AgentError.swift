internal import HostSystem

/// Why a call to a guest's agent gave no result.
package struct AgentError: Error, CustomStringConvertible {
    /// What went wrong, for callers to switch on.
    package enum Kind: Sendable, Hashable, CaseIterable {
        /// No agent is connected; nothing was sent.
        case unreachable
        /// The connection ended between the request and its reply, as when the agent restarts or the guest ends.
        case interrupted
        /// No reply came in time.
        case timedOut
        /// The agent answered with an error: the command is disabled there, or failed.
        case refused
        /// The reply is not what the command answers with.
        case malformed
        /// The process is unknown to the agent, or ended without a status.
        case lost
        /// The process was still running at its deadline, and was ended.
        case overdue
        /// Nobody is there any more: the guest's machine has failed.
        case gone
        /// A file in the guest is larger than its reader allows, or could not be written.
        case fileError
    }

    /// What went wrong.
    package let kind: Kind
    /// The agent's command, such as `guest-exec`.
    package let command: String
    /// What the command was about, such as a path in the guest; may be empty.
    package let subject: String
    /// The reason in words.
    package let message: String
    /// The error underneath.
    package let cause: (any Error)?

    /// An error of `command`; text of the guest's making is shortened and stripped of control characters.
    package init(
        _ kind: Kind, command: String, subject: String = "", message: String, cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.command = command
        self.subject = subject
        self.message = Self.printable(message)
        self.cause = cause
    }

    /// Whether the same call may succeed later without anything having been changed.
    package var isPassing: Bool {
        switch kind {
        case .unreachable, .interrupted, .timedOut: true
        case .refused, .malformed, .lost, .overdue, .gone, .fileError: false
        }
    }

    package var description: String {
        let call = subject.isEmpty ? command : "\(command) (\(subject))"
        let reason = cause.map { message.isEmpty ? "\($0)" : "\(message): \($0)" } ?? message
        return switch kind {
        case .unreachable:
            "the guest agent cannot be reached for \(call): \(reason); check that qemu-guest-agent runs in the guest"
        case .interrupted:
            "the guest agent went away during \(call): \(reason); it was restarted, or the guest ended"
        case .timedOut:
            "the guest agent did not answer \(call) in time: \(reason); the guest may hang, or be too slow for the limit"
        case .refused:
            "the guest agent refused \(call): \(reason); if the command is disabled, enable it in qemu-ga.conf"
        case .malformed:
            "the guest agent's reply to \(call) makes no sense: \(reason); the guest may run an agent that is not QEMU's"
        case .lost:
            "the guest lost the process of \(call): \(reason)"
        case .overdue:
            "\(call) took too long: \(reason); it was ended, raise its limit if it needs more time"
        case .gone:
            "nobody is there any more for \(call): \(reason)"
        case .fileError:
            "a file in the guest failed in \(call): \(reason)"
        }
    }

    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(600).map { $0.isShown ? $0 : " " }))
    }
}
