internal import Foundation
package import HostSystem
package import SystemPackage

/// A cluster as it is when the server starts.
package struct ClusterModel: Sendable {
    /// The version that its nodes tell.
    package var release = Release.eight
    /// Its nodes; each gets an address of its own.
    package var nodes: [NodeModel]
    /// Its storages.
    package var storages: [StorageModel]
    /// Machines and templates of others, which are there already.
    package var machines: [MachineModel] = []
    /// Files of others on its storages, such as `local:import/disk.qcow2`; local storages have them on each node.
    package var files: [String] = []
    /// The zone of each bridge that is a virtual network; other bridges are the nodes' own.
    package var zones: [String: String] = [:]
    /// Its pools.
    package var pools: [String] = []
    /// Who may use it.
    package var accounts = [AccountModel()]
    /// The VMIDs that it proposes.
    package var proposedIDs = 100..<1_000_000
    /// Whether numbers in replies are texts, as servers write some of them.
    package var numbersAreTexts = false
    /// How long a task takes.
    package var taskDuration = Duration.milliseconds(5)
    /// How long a failed login waits for its answer; 3 s on real servers.
    package var failedLoginDelay = Duration.milliseconds(50)
    /// What guests do.
    package var guest = GuestModel()
    /// Whether an import is looked into, as `qemu-img info` does.
    package var looksIntoImports = true
    /// The folder where uploads are kept; nil to keep nothing of them but digests.
    package var keptUploads: FilePath?
    /// The authority's certificate that downloads are held to; nil for those of this host.
    package var downloadAuthority: FilePath?

    /// A cluster.
    package init(nodes: [NodeModel], storages: [StorageModel]) {
        self.nodes = nodes
        self.storages = storages
    }

    /// A cluster of nodes `pve1` and so on with a file storage `local` and a thin pool `local-lvm` on each, and, if it is
    /// to have one, a network file storage `shared` for all of them.
    package static func usual(nodes count: Int = 1, hasSharedStorage: Bool = false) -> ClusterModel {
        var storages = [
            StorageModel(name: "local", type: "dir", content: ["iso", "vztmpl", "import", "backup", "snippets"]),
            StorageModel(name: "local-lvm", type: "lvmthin", content: ["images", "rootdir"]),
        ]
        if hasSharedStorage {
            storages.append(
                StorageModel(name: "shared", type: "nfs", content: ["images", "import", "iso"], isShared: true))
        }
        return ClusterModel(nodes: (1...count).map { NodeModel(name: "pve\($0)") }, storages: storages)
    }

    /// A version of the server.
    package struct Release: Sendable, Hashable {
        /// The package's version, such as `8.4.14`.
        package var version: String
        /// The point release, such as `8.4`.
        package var release: String

        /// A version.
        package init(version: String, release: String) {
            self.version = version
            self.release = release
        }

        /// 8.4.
        package static let eight = Release(version: "8.4.14", release: "8.4")
        /// 9.1, where the rights over a guest's agent have other names.
        package static let nine = Release(version: "9.1.3", release: "9.1")
        /// 8.3, which takes no disk images.
        package static let old = Release(version: "8.3.5", release: "8.3")

        /// The part before the first dot.
        var major: Int { Int(version.prefix { $0 != "." }) ?? 0 }
    }
}

/// A node of a cluster.
package struct NodeModel: Sendable {
    /// Its name.
    package var name: String
    /// Whether it is up.
    package var isOnline = true
    /// Its bridges.
    package var bridges = ["vmbr0"]
    /// What is free under /var/tmp, where uploads go first.
    package var temporarySpace = 1 << 40

    /// A node.
    package init(name: String) {
        self.name = name
    }
}

/// A storage of a cluster.
package struct StorageModel: Sendable {
    /// Its name.
    package var name: String
    /// Its kind in the vendor's words: `dir`, `nfs`, `lvmthin`, `zfspool`, `rbd`.
    package var type: String
    /// What it may hold.
    package var content: [String]
    /// Whether all nodes see the same.
    package var isShared: Bool
    /// The nodes that have it; nil for all.
    package var nodes: [String]?
    /// Its size.
    package var size: Int
    /// How much of it others use.
    package var foreignUse = 0
    /// Whether it is switched on.
    package var isEnabled = true

    /// A storage.
    package init(
        name: String, type: String, content: [String], isShared: Bool = false, nodes: [String]? = nil,
        size: Int = 1 << 40
    ) {
        self.name = name
        self.type = type
        self.content = content
        self.isShared = isShared
        self.nodes = nodes
        self.size = size
    }

    /// Whether it holds files.
    var isFileBased: Bool { ["dir", "nfs", "cifs", "btrfs", "cephfs"].contains(type) }
}

/// A machine or template that is there from the beginning.
package struct MachineModel: Sendable {
    /// Its number.
    package var vmid: Int
    /// Its node.
    package var node: String
    /// Its configuration, as the API shows it.
    package var config: [String: String]
    /// Whether it is a template.
    package var isTemplate: Bool
    /// Whether it runs.
    package var isRunning = false
    /// Its pool.
    package var pool: String?
    /// The template's number that it is a linked clone of.
    package var linkedTo: Int?

    /// A machine with one disk on a storage.
    package init(vmid: Int, node: String, name: String, storage: String = "local-lvm", isTemplate: Bool = false) {
        self.vmid = vmid
        self.node = node
        self.isTemplate = isTemplate
        config = [
            "name": name, "memory": "2048", "cores": "2",
            "scsi0": "\(storage):\(isTemplate ? "base" : "vm")-\(vmid)-disk-0,size=8G", "boot": "order=scsi0",
        ]
    }
}

/// Who may use a cluster: a user, one token of theirs, and the rights of both.
package struct AccountModel: Sendable {
    /// The user, with the realm.
    package var user = "factory@pve"
    /// The token's name.
    package var token = "deploy"
    /// The token's secret.
    package var secret = Secret(UUID().uuidString.lowercased())
    /// The user's rights.
    package var grants = [GrantModel.everything]
    /// The token's own rights, which take effect as far as the user has them too; nil where it has all of the user's.
    package var tokenGrants: [GrantModel]?

    /// An account that may do anything.
    package init() {}

    /// An account with some rights.
    package init(grants: [GrantModel], tokenGrants: [GrantModel]? = nil) {
        self.grants = grants
        self.tokenGrants = tokenGrants
    }

    /// The token's whole name.
    package var tokenID: String { "\(user)!\(token)" }
    /// What the header `Authorization` must be.
    package var authorization: Secret { Secret("PVEAPIToken=\(tokenID)=\(secret.reveal())") }
}

/// Privileges on a path and, unless it says otherwise, below it.
package struct GrantModel: Sendable, Hashable {
    /// The path, such as `/storage/local`.
    package var path: String
    /// The privileges.
    package var privileges: Set<String>
    /// Whether they hold below the path too.
    package var propagates: Bool

    /// Privileges on a path.
    package init(_ path: String, _ privileges: Set<String>, propagates: Bool = true) {
        self.path = path
        self.privileges = privileges
        self.propagates = propagates
    }

    /// Every privilege that anything here asks for, on everything.
    package static let everything = GrantModel(
        "/",
        [
            "Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.AllocateTemplate", "Datastore.Audit",
            "Pool.Allocate", "Pool.Audit", "SDN.Audit", "SDN.Use", "Sys.AccessNetwork", "Sys.Audit", "Sys.Modify",
            "VM.Allocate", "VM.Audit", "VM.Clone", "VM.Config.CDROM", "VM.Config.CPU", "VM.Config.Cloudinit",
            "VM.Config.Disk", "VM.Config.HWType", "VM.Config.Memory", "VM.Config.Network", "VM.Config.Options",
            "VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted", "VM.Monitor", "VM.PowerMgmt",
        ])
}

/// What guests do once they run.
package struct GuestModel: Sendable {
    /// How a command ended.
    package struct CommandResult: Sendable {
        /// Its exit status.
        package var exitCode: Int
        /// What it printed.
        package var output: String
        /// What it complained about.
        package var errors: String

        /// A result.
        package init(exitCode: Int = 0, output: String = "", errors: String = "") {
            self.exitCode = exitCode
            self.output = output
            self.errors = errors
        }
    }

    /// How long after the start the agent answers; nil for never.
    package var agentDelay: Duration? = .milliseconds(5)
    /// How long a command runs.
    package var commandDuration = Duration.milliseconds(1)
    /// Whether it stops when it is asked to.
    package var obeysShutdown = true
    /// Boots guests for real; nil for guests that are only imagined. It needs ``ClusterModel/keptUploads``.
    package var host: (any GuestHost)?
    /// What a command does, by the machine's name and the command's words.
    package var run: @Sendable (_ name: String, _ command: [String]) -> CommandResult = { _, _ in CommandResult() }

    /// Guests that do well.
    package init() {}
}
