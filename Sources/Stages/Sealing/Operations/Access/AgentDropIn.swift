internal import Machines

extension SealOperation {
    static let agentDropIn = SealOperation(
        name: "agent-drop-in", profile: .minimal, moment: .running,
        summary: "the drop-in that let the factory run programs over the guest's agent",
        reason: "The distribution ships the agent without that right; it was lent for the build.",
        script: """
            remove \(AgentDropIn.ofBuild.path)
            rmdir \(AgentDropIn.ofBuild.folder) 2>/dev/null || true
            """)
}
