internal import HostSystem
internal import SystemPackage

/// A cloud-init seed (NoCloud: a volume with the label `cidata`) for clones whose agent may not run programs.
enum CloneSeed {
    private static let deadline: Duration = .seconds(30)

    /// Makes the seed at `path`.
    ///
    /// The drop-in that it writes lies in /run: it is gone with the clone's power, and nothing of it is in the image.
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
          - [mkdir, -p, /run/systemd/system/qemu-guest-agent.service.d]
          - - sh
            - -c
            - |
              printf '[Service]\\nEnvironment=QGA_CONF=/run/systemd/system/qemu-guest-agent.service.d/99-clone.conf\\nExecStart=\\nExecStart=/usr/bin/env qemu-ga --method=virtio-serial --path=/dev/virtio-ports/org.qemu.guest_agent.0\\n' \
              > /run/systemd/system/qemu-guest-agent.service.d/99-clone.conf
          - [systemctl, daemon-reload]
          - [systemctl, --no-block, restart, qemu-guest-agent.service]

        """
}
