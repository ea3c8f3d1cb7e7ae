/// The least rights for deployments, as commands for a node's shell.
package struct ProxmoxRole: Sendable {
    /// The storage for disks.
    package let storage: String
    /// The storage for uploads.
    package let importStorage: String
    /// The bridge.
    package let bridge: String
    /// The zone that the bridge is in.
    package let zone: String
    /// The pool; nil for all machines.
    package let pool: String?

    /// The rights for these places.
    package init(storage: String, importStorage: String, bridge: String, zone: String, pool: String?) {
        self.storage = storage
        self.importStorage = importStorage
        self.bridge = bridge
        self.zone = zone
        self.pool = pool
    }

    /// The commands, for Proxmox VE 8.4 and for 9.
    package var commands: [String] {
        let machines = ProxmoxNeeds.machinePrivileges
        let (eight, nine) = (ProxmoxVersion(major: 8, minor: 4), ProxmoxVersion(major: 9, minor: 0))
        return [
            "# A user and a token of its own; the second command prints the secret, once.",
            "pveum user add imagefactory@pve",
            "pveum user token add imagefactory@pve deploy --privsep 1",
            "# Proxmox VE 8.4:",
            role("Machines", machines + ProxmoxNeeds.agentPrivileges(eight)),
            "# Proxmox VE 9, where the privilege for the agent has another name:",
            role("Machines", machines + ProxmoxNeeds.agentPrivileges(nine)),
            "# Both:",
            role("Disks", ["Datastore.AllocateSpace", "Datastore.Audit"]),
            role("Uploads", ["Datastore.AllocateTemplate", "Datastore.AllocateSpace", "Datastore.Allocate"]),
            role("Bridge", ["SDN.Use"]),
            "# The user and its token both need them.",
        ]
            + grants.flatMap { path, name in
                ["--users imagefactory@pve", "--tokens 'imagefactory@pve!deploy'"].map {
                    "pveum acl modify \(path) --roles \(name) \($0)"
                }
            } + [
                "# Only where nodes fetch images by themselves:",
                role("Fetch", ["Sys.AccessNetwork"]) + "   # on /nodes",
                "# Only to see whether uploads have room in /var/tmp:",
                role("Watch", ["Sys.Audit"]) + "   # on /nodes",
            ]
    }

    private var grants: [(String, String)] {
        let uploads = storage == importStorage ? ["Disks", "Uploads"] : ["Uploads"]
        let places =
            [
                (pool.map { "/pool/\($0)" } ?? "/vms", ["Machines"]),
                ("/sdn/zones/\(zone)/\(bridge)", ["Bridge"]),
            ] + (storage == importStorage ? [] : [("/storage/\(storage)", ["Disks"])]) + [
                ("/storage/\(importStorage)", uploads)
            ]
        return places.map { path, roles in (path, roles.map { "ImageFactory\($0)" }.joined(separator: ",")) }
    }

    private func role(_ name: String, _ privileges: [String]) -> String {
        "pveum role add ImageFactory\(name) --privs \"\(privileges.joined(separator: " "))\""
    }
}
