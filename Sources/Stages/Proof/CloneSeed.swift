internal import HostSystem
internal import Machines
internal import SystemPackage

/// A cloud-init seed (NoCloud: a volume with the label `cidata`) for clones whose agent may not run programs.
enum CloneSeed {
    private static let deadline: Duration = .seconds(30)

    /// Makes the seed at `path`; nothing of what it writes gets into the image.
    static func make(_ path: FilePath) async throws {
        let folder = path.removingLastComponent()
        let userData = folder.appending("user-data")
        let metaData = folder.appending("meta-data")
        try userData.write(Self.userData.utf8)
        try metaData.write("instance-id: imagefactory-clone\n".utf8)
        try await Program.run(
            "mformat", ["-C", "-i", path.string, "-T", "2048", "-h", "16", "-s", "32", "-v", "cidata", "::"],
            deadline: deadline)
        try await Program.run(
            "mcopy", ["-i", path.string, userData.string, metaData.string, "::"], deadline: deadline)
    }

    private static let userData = """
        #cloud-config
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
