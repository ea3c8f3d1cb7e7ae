internal import CLibvirt
internal import Glibc
internal import HostSystem

extension Domain {
    /// Sends one command to the guest's agent and gives its answer (`virDomainQemuAgentCommand`).
    ///
    /// - Parameters:
    ///   - command: A JSON object, such as `{"execute":"guest-ping"}`.
    ///   - deadline: Rounded up to whole seconds, at least 1.
    package func agentCommand(_ command: String, deadline: Duration) async throws -> String {
        let seconds = max(1, deadline.components.seconds + (deadline.components.attoseconds > 0 ? 1 : 0))
        return try await offloaded { [self] _ in
            let answer = try check(
                virDomainQemuAgentCommand(pointer, command, CInt(clamping: seconds), 0),
                "pass a command to the agent of \(name)")
            defer { free(answer) }
            return String(cString: answer)
        }
    }
}
