/// What an agent is and does.
package struct AgentInfo: Sendable, Decodable {
    /// One command of the agent's.
    package struct Command: Sendable, Decodable {
        /// Such as `guest-exec`.
        package let name: String
        /// Whether the agent's configuration lets it be called.
        package let enabled: Bool
    }

    /// The agent's version, such as `7.2.22`.
    package let version: String
    /// The commands it knows.
    package let commands: [Command]

    /// Whether programs can be run. RHEL-like guests disable that in their packaged configuration.
    package var canExecute: Bool {
        areEnabled("guest-exec", "guest-exec-status")
    }

    /// Whether all of `names` are known and enabled.
    package func areEnabled(_ names: String...) -> Bool {
        names.allSatisfy { name in commands.contains { $0.name == name && $0.enabled } }
    }

    private enum CodingKeys: String, CodingKey {
        case version
        case commands = "supported_commands"
    }
}
