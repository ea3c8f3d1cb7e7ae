internal import Pipeline

/// What makes a system this one system, by the word that reports name it with.
enum IdentityKind: String, Sendable, Codable, CaseIterable {
    /// `/etc/machine-id`, and D-Bus's copy of it.
    case machineID = "machine-id"
    /// What an SSH client knows a server by.
    case sshHostKeys = "ssh-host-keys"
    /// What the kernel's random numbers begin with, saved by the boot before.
    case randomSeed = "random-seed"
    /// What a DHCP server knows a client by.
    case dhcpIdentity = "dhcp-identity"
    /// What an iSCSI target knows an initiator by.
    case iscsiInitiator = "iscsi-initiator"
    /// What an NVMe target knows a host by.
    case nvmeHost = "nvme-host"
    /// The CA, certificates and keys that kldload makes at a system's first boot.
    case kldloadKeys = "kldload-keys"
    /// `/etc/hostid`.
    case hostID = "hostid"
    /// Private SSH keys of users.
    case userKeys = "user-keys"
    /// The GUIDs of ZFS pools.
    case poolGUID = "pool-guid"

    /// Whether clones must differ in it, where a template wants that of some.
    func isRequired(beside declared: Set<Template.Identity>) -> Bool {
        // Both enumerations use the same words.
        Template.Identity(rawValue: rawValue).map { declared.contains($0) } ?? true
    }
}
