extension Cluster {
    /// What the methods about machines do.
    static let machineHandlers: [String: Handler] = [
        "GET /nodes/{node}/qemu": { cluster, call throws(APIError) in
            let access = cluster.access(of: call.account)
            return Answer(
                data: .array(
                    cluster.machines.values.sorted { $0.vmid < $1.vmid }
                        .filter { $0.node == call.node && access.has(["VM.Audit"], at: "/vms/\($0.vmid)") }
                        .map(\.summary)))
        },
        "POST /nodes/{node}/qemu": { cluster, call throws(APIError) in try cluster.create(call) },
        "GET /nodes/{node}/qemu/{vmid}/config": { cluster, call throws(APIError) in
            Answer(data: try cluster.machine(call).shownConfig(by: call.exchange.method.reply))
        },
        "PUT /nodes/{node}/qemu/{vmid}/config": { cluster, call throws(APIError) in
            let change = try cluster.change(call)
            guard change.drives.values.allSatisfy({ $0.options["import-from"] == nil }) else {
                throw .died("'import-from' can only be used by the asynchronous method (POST)")
            }
            try cluster.apply(change)
            return Answer(data: .null)
        },
        "POST /nodes/{node}/qemu/{vmid}/config": { cluster, call throws(APIError) in
            let change = try cluster.change(call)
            return cluster.startTask(
                "qmconfig", id: String(change.vmid), call,
                TaskSteps { cluster throws(APIError) in try cluster.apply(change) })
        },
        "PUT /nodes/{node}/qemu/{vmid}/resize": { cluster, call throws(APIError) in try cluster.resize(call) },
        "POST /nodes/{node}/qemu/{vmid}/template": { cluster, call throws(APIError) in
            try cluster.makeTemplate(call)
        },
        "POST /nodes/{node}/qemu/{vmid}/clone": { cluster, call throws(APIError) in try cluster.clone(call) },
        "DELETE /nodes/{node}/qemu/{vmid}": { cluster, call throws(APIError) in try cluster.delete(call) },
    ]

    private func create(_ call: Call) throws(APIError) -> Answer {
        let vmid = try call.neededInteger("vmid")
        try requireAllocation(of: vmid, call)
        let entries = call.exchange.parameters.filter { !Self.notOptions.contains($0.key) }
        let change = try checkedChange(vmid: vmid, node: call.node, entries, deleted: [], call)
        if let machine = machines[vmid] {
            throw .died("unable to create VM \(vmid) - VM \(vmid) already exists on node '\(machine.node)'")
        }
        var machine = MachineState(vmid: vmid, node: call.node, config: [:])
        machine.lock = "create"
        machine.pool = call.text("pool")
        machine.config["meta"] = "creation-qemu=9.2.0,ctime=\(now)"
        machine.config["smbios1"] = "uuid=\(Self.uuid())"
        machine.config["vmgenid"] = Self.uuid()
        machines[vmid] = machine
        let starts = call.flag("start")
        return startTask(
            "qmcreate", id: String(vmid), call,
            TaskSteps { cluster throws(APIError) in
                try cluster.apply(change)
                cluster.machines[vmid]?.lock = nil
                if starts { cluster.setRunning(vmid, true) }
            } undo: {
                $0.destroy(vmid)
            })
    }

    private func clone(_ call: Call) throws(APIError) -> Answer {
        let source = try unlockedMachine(call)
        let newID = try call.neededInteger("newid")
        let target = call.text("target") ?? call.node
        let isFull = call.optionalFlag("full") ?? !source.isTemplate
        guard isFull || source.isTemplate else {
            throw .parameter("full", "Full clone is required for a VM that is no template")
        }
        for name in ["storage", "format"] where !isFull && call.text(name) != nil {
            throw .parameter(name, "parameter not allowed for linked clones")
        }
        if let taken = machines[newID] { throw .died("VM \(newID) already exists on node '\(taken.node)'") }
        try checkPool(call)
        for drive in source.disks.values {
            let name = isFull ? call.text("storage") ?? drive.storage : drive.storage
            let storage = try storage(name, on: target)
            try require(["Datastore.AllocateSpace"], at: "/storage/\(name)", call)
            guard target == source.node || storage.isShared else {
                throw .died("can't clone VM to node '\(target)' (VM uses local storage)")
            }
            guard isFull || storage.canLink else {
                throw .died("Linked clone feature is not supported for drive '\(drive.volume)'")
            }
            guard storage.content.contains("images") else {
                throw .died("storage '\(name)' does not support vm images")
            }
        }
        try requireBridges(source.config, call)
        var machine = MachineState(vmid: newID, node: target, config: source.config)
        machine.lock = "clone"
        machine.pool = call.text("pool")
        machine.config["name"] = call.text("name") ?? "Copy-of-VM-\(source.name)"
        if let description = call.text("description") { machine.config["description"] = description }
        machine.config["smbios1"] = "uuid=\(Self.uuid())"
        machine.config["vmgenid"] = Self.uuid()
        for key in source.config.keys where Drive.isName(key) { machine.config[key] = nil }
        for (key, value) in source.config where key.wholeMatch(of: /net[0-9]+/) != nil {
            machine.config[key] = NetworkCard(value).withNewAddress
        }
        machines[newID] = machine
        let storage = call.text("storage")
        return startTask(
            "qmclone", id: String(source.vmid), call,
            TaskSteps { cluster throws(APIError) in
                try cluster.copyDrives(of: source, to: newID, isFull: isFull, storage: storage)
                cluster.machines[newID]?.lock = nil
            } undo: {
                $0.destroy(newID)
            })
    }

    private func makeTemplate(_ call: Call) throws(APIError) -> Answer {
        let machine = try unlockedMachine(call)
        guard !machine.isTemplate else { throw .died("you can't convert a template to a template") }
        guard !machine.isRunning else { throw .died("you can't convert a VM to template if VM is running") }
        return startTask(
            "qmtemplate", id: String(machine.vmid), call,
            TaskSteps { cluster throws(APIError) in try cluster.convertToTemplate(machine.vmid) })
    }

    private func delete(_ call: Call) throws(APIError) -> Answer {
        let machine = try unlockedMachine(call)
        if machine.config["protection"] == "1" {
            throw .died("can't remove VM \(machine.vmid) - protection mode enabled")
        }
        guard !machine.isRunning else { throw .died("VM \(machine.vmid) is running - destroy failed") }
        return startTask(
            "qmdestroy", id: String(machine.vmid), call,
            TaskSteps { cluster throws(APIError) in
                let disks = machine.disks.values.map(\.volume)
                if let used = disks.first(where: { cluster.hasLinkedClones($0) }) {
                    throw .died("base volume '\(used)' is still in use by linked cloned")
                }
                cluster.destroy(machine.vmid)
            })
    }

    private func resize(_ call: Call) throws(APIError) -> Answer {
        let machine = try unlockedMachine(call)
        let name = try call.needed("disk")
        let size = try call.needed("size")
        guard let drive = machine.disks[name], let volume = volume(drive.volume, on: machine.node) else {
            throw .died("disk '\(name)' does not exist")
        }
        let isAddition = size.hasPrefix("+")
        guard let bytes = DiskSize.bytes(isAddition ? String(size.dropFirst()) : size) else {
            throw .parameter("size", "value does not match the regex pattern")
        }
        let wanted = isAddition ? volume.size + bytes : bytes
        guard wanted >= volume.size else { throw .died("shrinking disks is not supported") }
        return startTask(
            "resize", id: String(machine.vmid), call,
            TaskSteps { cluster throws(APIError) in
                cluster.volumes[VolumeKey(id: volume.id, node: volume.node)]?.size = wanted
                var drive = drive
                drive.options["size"] = DiskSize.text(wanted)
                cluster.machines[machine.vmid]?.config[name] = drive.description
            })
    }

    /// Refuses a pool that is not there, and a machine that the account may not make.
    private func requireAllocation(of vmid: Int, _ call: Call) throws(APIError) {
        try checkPool(call)
        let access = access(of: call.account)
        if let pool = call.text("pool"), access.has(["VM.Allocate"], at: "/pool/\(pool)") { return }
        guard access.has(["VM.Allocate"], at: "/vms/\(vmid)") else { throw .forbidden("/vms/\(vmid)", ["VM.Allocate"]) }
    }

    private func checkPool(_ call: Call) throws(APIError) {
        if let pool = call.text("pool"), !model.pools.contains(pool) { throw .died("pool '\(pool)' does not exist") }
    }

    /// What is no option of the machine itself.
    static let notOptions: Set<String> = [
        "node", "vmid", "pool", "start", "storage", "archive", "force", "unique", "bwlimit", "live-restore",
        "import-working-storage", "digest", "delete", "revert", "skiplock", "background_delay",
    ]
}
