/// The rights that a deployment needs, and no others.
struct ProxmoxNeeds {
    let plan: TemplatePlan
    let nodes: [String]
    let version: ProxmoxVersion
    /// How the image comes to a node; nil where only clones are made.
    let way: ImageSource.Way?

    /// All but ``removal``.
    var rights: [NeededRight] {
        let machines = Self.machinePrivileges.map {
            NeededRight(privileges: [$0], path: plan.machinePath, purpose: "for machines and templates")
        }
        let agent = Self.agentPrivileges(version).map {
            NeededRight(privileges: [$0], path: plan.machinePath, purpose: "to ask a guest's agent")
        }
        return machines + agent + storageRights + [
            NeededRight(
                privileges: ["SDN.Use"], path: "/sdn/zones/\(plan.zone)/\(plan.bridge)", purpose: "for the bridge")
        ]
    }

    /// To remove an upload after its import.
    var removal: NeededRight {
        NeededRight(
            privileges: ["Datastore.Allocate"], path: "/storage/\(plan.importStorage)", purpose: "to remove uploads")
    }

    private var storageRights: [NeededRight] {
        let (disks, imports) = ("/storage/\(plan.storage)", "/storage/\(plan.importStorage)")
        let own = ["Datastore.AllocateSpace", "Datastore.Audit"].map {
            NeededRight(privileges: [$0], path: disks, purpose: "for disks")
        }
        guard let way else { return own }
        var rights = own
        rights.append(NeededRight(privileges: ["Datastore.AllocateTemplate"], path: imports, purpose: "for the upload"))
        rights.append(
            NeededRight(
                privileges: ["Datastore.AllocateSpace", "Datastore.Audit"], path: imports, purpose: "for the import"))
        if case .download = way {
            rights += nodes.map {
                NeededRight(privileges: ["Sys.AccessNetwork"], path: "/nodes/\($0)", purpose: "to fetch the image")
            }
        }
        return rights
    }

    static let machinePrivileges = [
        "VM.Allocate", "VM.Audit", "VM.Clone", "VM.PowerMgmt", "VM.Config.Disk", "VM.Config.CDROM", "VM.Config.CPU",
        "VM.Config.Memory", "VM.Config.Network", "VM.Config.HWType", "VM.Config.Options", "VM.Config.Cloudinit",
    ]

    /// What lets a token ask a guest's agent, which Proxmox VE 9 named anew.
    static func agentPrivileges(_ version: ProxmoxVersion) -> [String] {
        version.major < 9 ? ["VM.Monitor"] : ["VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"]
    }
}
