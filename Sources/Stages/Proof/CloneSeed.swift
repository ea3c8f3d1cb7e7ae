internal import HostSystem
internal import Machines
internal import SystemPackage

/// A cloud-init seed (NoCloud: a volume with the label `cidata`) for a clone; nothing of what it says gets into the image.
struct CloneSeed: Sendable {
    /// Whether the clone's agent may run programs until the next boot, where its distribution does not let it.
    var enablesAgent = false
    /// What the clone is to become.
    var trial: SeedTrial?

    private static let deadline: Duration = .seconds(30)

    /// Makes the seed at `path`.
    func make(_ path: FilePath) async throws {
        let folder = path.removingLastComponent()
        let userData = folder.appending("user-data")
        let metaData = folder.appending("meta-data")
        try userData.write(self.userData.utf8)
        try metaData.write(self.metaData.utf8)
        try await Program.run(
            "mformat", ["-C", "-i", path.string, "-T", "2048", "-h", "16", "-s", "32", "-v", "cidata", "::"],
            deadline: Self.deadline)
        try await Program.run(
            "mcopy", ["-i", path.string, userData.string, metaData.string, "::"], deadline: Self.deadline)
    }

    /// What `user-data` holds.
    var userData: String {
        "#cloud-config\n" + (enablesAgent ? Self.agentCommands : "") + (trial?.userData ?? "")
    }

    private var metaData: String {
        trial.map { "instance-id: \($0.hostName)\nlocal-hostname: \($0.hostName)\n" }
            ?? "instance-id: imagefactory-clone\n"
    }

    private static let agentCommands = """
        bootcmd:
          - [mkdir, -p, \(AgentDropIn.ofClone.folder)]
          - - sh
            - -c
            - |
              printf '\(AgentDropIn.ofClone.format)' >\(AgentDropIn.ofClone.path)
          - [systemctl, daemon-reload]
          - [systemctl, --no-block, restart, qemu-guest-agent.service]

        """
}
