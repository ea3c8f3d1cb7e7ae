package import GuestAgent
package import Libvirt

/// A guest's agent through libvirt, which owns the channel's socket and keeps requests and answers in step.
package struct DomainAgentChannel: AgentChannel {
    let domain: Domain

    /// The channel to the agent in a domain's guest.
    package init(domain: Domain) {
        self.domain = domain
    }

    package func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        do {
            return try await domain.agentCommand(request, deadline: deadline)
        } catch let error as LibvirtError {
            // Whoever watches the machine learns of the connection's end, and says so.
            let kind = domain.isConnected ? Self.kind(of: error.code) : .unreachable
            throw AgentError(kind, command: "an agent command", message: error.message)
        } catch {
            throw AgentError(.unreachable, command: "an agent command", message: "\(error)")
        }
    }

    /// libvirt passes on an error of the agent's own as a failed command, or as an internal error before 11.2. An agent that
    /// is not connected is unresponsive to it, as is one that goes away; a domain that is off is an invalid operation.
    static func kind(of code: LibvirtError.Code) -> AgentError.Kind {
        switch code {
        case .internalError, .agentCommandFailed: .refused
        case .agentUnresponsive: .interrupted
        case .agentUnsynced, .agentCommandTimeout: .timedOut
        default: .unreachable
        }
    }
}
