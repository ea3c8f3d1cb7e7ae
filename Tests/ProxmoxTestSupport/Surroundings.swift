package import ProxmoxStandIn

/// The machines and volumes of others in a cluster, which nothing of ours may change.
package struct Surroundings: Sendable, Equatable {
    private let machines: [MachineState]
    private let volumes: [VolumeState]

    /// What is there now, where nothing is ours yet.
    package init(of server: ProxmoxStandIn) async {
        machines = await server.machines()
        volumes = await server.volumes()
    }

    private init(machines: [MachineState], volumes: [VolumeState]) {
        self.machines = machines
        self.volumes = volumes
    }

    /// The same machines and volumes as they are now; those that are gone are missing.
    package func now(on server: ProxmoxStandIn) async -> Surroundings {
        let (numbers, names) = (Set(machines.map(\.vmid)), Set(volumes.map(\.id)))
        return Surroundings(
            machines: await server.machines().filter { numbers.contains($0.vmid) },
            volumes: await server.volumes().filter { names.contains($0.id) })
    }
}

extension ClusterModel {
    /// A cluster that is full of others' things, some of which look much like ours.
    package static func crowded(nodes: Int = 1, hasSharedStorage: Bool = false) -> ClusterModel {
        var model = ClusterModel.usual(nodes: nodes, hasSharedStorage: hasSharedStorage)
        let database = MachineModel(vmid: 200, node: "pve1", name: "database")
        let template = MachineModel(vmid: 201, node: "pve1", name: "theirs", isTemplate: true)
        var clone = MachineModel(vmid: 202, node: "pve1", name: "web-1")
        clone.linkedTo = 201
        var copy = MachineModel(vmid: 203, node: "pve1", name: "copy-of-web", isTemplate: true)
        copy.config["tags"] = "imagefactory;imagefactory-previous"
        copy.config["description"] = "- Role: template\n- VMID: 299\n- Name: web\n"
        model.machines = [database, template, clone, copy]
        model.files = [
            "local:import/web.qcow2", "local:import/imagefactory-webber.qcow2", "local:iso/debian.iso",
        ]
        return model
    }
}
