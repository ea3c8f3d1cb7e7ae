package import SystemPackage

/// The systemd drop-in that lets a guest's agent run programs and reach files.
///
/// The agent takes the drop-in itself as its configuration file, in which it finds nothing for itself: neither the
/// distribution's file nor its arguments disable commands then. (`QGA_CONF` takes regular files only.)
package struct AgentDropIn: Sendable {
    /// The one in a system that is being built, on its disk until the seal removes it.
    package static let ofBuild = AgentDropIn(in: "/etc")
    /// The one in a clone, in memory: it is gone with the clone's power.
    package static let ofClone = AgentDropIn(in: "/run")

    /// Where it lies in the guest.
    package let path: FilePath

    /// The folder that it lies in.
    package var folder: FilePath { path.removingLastComponent() }

    /// Its text as a format for `printf`, without single quotes.
    package var format: String {
        """
        [Service]\\nEnvironment=QGA_CONF=\(path)\\nExecStart=\\n\
        ExecStart=/usr/bin/env qemu-ga --method=virtio-serial --path=/dev/virtio-ports/org.qemu.guest_agent.0\\n
        """
    }

    private init(in root: FilePath) {
        path = root.appending("systemd/system/qemu-guest-agent.service.d/99-imagefactory.conf")
    }
}
