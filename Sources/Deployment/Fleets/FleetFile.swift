package import Attestation
package import Machines
package import SystemPackage

/// A fleet as a file in git wants it.
///
/// ```yaml
/// fleet: web
/// template: golden-centos9
/// channel: prod                    # or version: v1.2.0, and beside it follow: prod to have the version moved by commits
/// versions: 1.x                    # of what the channel has held, the last of these; all if it is left out
/// host: qemu+ssh://kvm1/system     # libvirt's URI; qemu:///system if it is left out
/// accelerator: auto                # or kvm, tcg
/// count: 3
/// machine: { cpus: 2, memory: 2GiB, disk: 20GiB, network: default, pool: default, copy: overlay }   # store: zfs:rpool/images, data: [db:20GiB]
/// ssh-keys: [keys/ada.pub]         # files beside this one
/// user-data: web-user-data.yaml
/// strategy: { kind: rolling, max-unavailable: 1, max-surge: 0 }    # recreate; blue-green, switch: F; canary, steps: [1], pause: 5min
/// health: { checks: [tcp:22], timeout: 10min }     # agent: false for images without QEMU's guest agent
/// shutdown-timeout: 30s            # then a guest that is to go is switched off
/// ```
package struct FleetFile: Sendable {
    /// Which release it runs.
    package enum Source: Sendable, Hashable {
        /// Whatever a channel holds.
        case channel(Channel)
        /// The last version of a range that a channel has held.
        case range(VersionRange, in: Channel)
        /// A version.
        case version(String)
    }

    /// The file.
    package let file: FilePath
    /// The template.
    package let template: String
    /// Which release it runs.
    package let source: Source
    /// The channel, and of its versions those, to which the file's is moved by commits; nil for a version that only people move.
    package let pin: FleetPin?
    /// libvirt's URI.
    package let host: String
    /// What is to execute its machines; the order's shape says it once the host was asked.
    package let accelerator: AcceleratorRequest
    /// What it is to be.
    package var order: FleetOrder
}
