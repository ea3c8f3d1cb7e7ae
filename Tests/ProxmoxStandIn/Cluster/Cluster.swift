internal import Foundation

/// A cluster's whole state, and what it does with calls. One call or one step of a task at a time.
actor Cluster {
    /// A volume's place: local storages of two nodes may have one of the same name.
    struct VolumeKey: Hashable, Sendable {
        let id: String
        let node: String?
    }

    let model: ClusterModel
    let journal: Journal
    /// What each node's certificate says.
    let certificates: [String: Certificates.Leaf]
    /// The address of each node.
    let addresses: [String: String]

    // The old values are named so that each change has ended before it is looked at.
    var machines: [Int: MachineState] {
        didSet {
            _ = oldValue
            checkWatches()
        }
    }
    var volumes: [VolumeKey: VolumeState] {
        didSet {
            _ = oldValue
            checkWatches()
        }
    }
    var tasks: [String: TaskState] = [:]
    var offlineNodes: Set<String>
    var foreignUse: [String: Int]
    /// Machines that somebody else made in the middle of a call.
    var strangers: Set<Int> = []
    var watches: [Watch] = []
    private var lastProcess = 1000

    init(
        model: ClusterModel, journal: Journal, certificates: [String: Certificates.Leaf], addresses: [String: String]
    ) {
        self.model = model
        self.journal = journal
        self.certificates = certificates
        self.addresses = addresses
        offlineNodes = Set(model.nodes.filter { !$0.isOnline }.map(\.name))
        foreignUse = Dictionary(model.storages.map { ($0.name, $0.foreignUse) }) { $1 }
        (machines, volumes) = Self.initialState(of: model)
    }

    /// The request whose work is being done: whom to blame for what it does.
    @TaskLocal static var request: Int?

    /// Ends everything that is still going on.
    func shutDown() async {
        for task in tasks.values { task.work?.cancel() }
        for machine in machines.values { await machine.session?.stop() }
    }

    /// A process number that nobody had.
    func nextProcess() -> Int {
        lastProcess += 1
        return lastProcess
    }

    /// The time in seconds since 1970.
    var now: Int { Int(Date().timeIntervalSince1970) }

    /// What an account may do as things are.
    func access(of account: AccountModel) -> Access {
        Access(account: account, pools: machines.compactMapValues(\.pool))
    }

    /// Refuses a call whose account lacks privileges at a path.
    func require(_ privileges: [String], at path: String, any: Bool = false, _ call: Call) throws(APIError) {
        guard access(of: call.account).has(privileges, at: path, any: any) else { throw .forbidden(path, privileges) }
    }

    /// The machine that a call is about.
    func machine(_ call: Call) throws(APIError) -> MachineState {
        let vmid = try call.neededInteger("vmid")
        guard let machine = machines[vmid], machine.node == call.node else {
            throw .died("Configuration file 'nodes/\(call.node)/qemu-server/\(vmid).conf' does not exist")
        }
        return machine
    }

    /// The machine that a call is to change.
    func unlockedMachine(_ call: Call) throws(APIError) -> MachineState {
        let machine = try machine(call)
        if let lock = machine.lock { throw .died("VM is locked (\(lock))") }
        return machine
    }

    /// A free VMID, the lowest.
    var freeID: Int? { model.proposedIDs.first { machines[$0] == nil } }

    private static func initialState(
        of model: ClusterModel
    ) -> ([Int: MachineState], [VolumeKey: VolumeState]) {
        var machines: [Int: MachineState] = [:]
        var volumes: [VolumeKey: VolumeState] = [:]
        for entry in model.machines {
            var machine = MachineState(vmid: entry.vmid, node: entry.node, config: entry.config)
            machine.isTemplate = entry.isTemplate
            machine.isRunning = entry.isRunning
            machine.pool = entry.pool
            machine.agentReady = entry.isRunning ? .now : nil
            machines[entry.vmid] = machine
            let base = entry.linkedTo.flatMap { number in model.machines.first { $0.vmid == number } }
            for (name, drive) in machine.disks {
                let storage = String(drive.volume.prefix { $0 != ":" })
                let isShared = model.storages.first { $0.name == storage }?.isShared ?? false
                let volume = VolumeState(
                    id: drive.volume, storage: storage, node: isShared ? nil : entry.node, content: "images",
                    format: "raw", size: 8 << 30, used: 1 << 30, vmid: entry.vmid,
                    parent: base?.config[name].map { Drive($0).volume }, digest: nil, created: 0)
                volumes[VolumeKey(id: volume.id, node: volume.node)] = volume
            }
        }
        for id in model.files {
            let storage = model.storages.first { $0.name == String(id.prefix { $0 != ":" }) }
            let content = id.drop { $0 != ":" }.dropFirst().prefix { $0 != "/" }
            for node in storage?.isShared == true ? [nil] : model.nodes.map({ Optional($0.name) }) {
                volumes[VolumeKey(id: id, node: node)] = VolumeState(
                    id: id, storage: storage?.name ?? "", node: node, content: String(content), format: "raw",
                    size: 1 << 20, used: 1 << 20, vmid: nil, parent: nil, digest: nil, created: 0)
            }
        }
        return (machines, volumes)
    }
}
