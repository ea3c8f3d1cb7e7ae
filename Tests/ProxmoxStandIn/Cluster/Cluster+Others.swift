extension Cluster {
    /// The name that machines get which somebody else makes in the middle of a call.
    static let strangerName = "somebody-elses"

    /// Lets somebody else do, just before a call, what its fault says.
    func meddle(_ call: Call) {
        switch call.fault {
        case .takeVMID: takeVMID(call)
        case .takeName: takeName(call)
        case .useTemplate: useTemplate(call)
        case .fillStorage:
            for storage in model.storages { foreignUse[storage.name] = storage.size }
        default: break
        }
    }

    /// Gives machines of others that took a name another one, as their owners do when they are asked.
    func renameStrangers() {
        for vmid in strangers { machines[vmid]?.config["name"] = Self.strangerName }
    }

    /// Frees storages that were filled.
    func freeStorages() {
        for storage in model.storages { foreignUse[storage.name] = storage.foreignUse }
    }

    private func takeVMID(_ call: Call) {
        let name = call.exchange.method.path.hasSuffix("/clone") ? "newid" : "vmid"
        guard call.exchange.method.verb == "POST", let vmid = call.integer(name), machines[vmid] == nil else { return }
        strangers.insert(vmid)
        machines[vmid] = MachineState(vmid: vmid, node: call.node, config: ["name": Self.strangerName])
    }

    private func takeName(_ call: Call) {
        guard let name = call.text("name"), let vmid = model.proposedIDs.last(where: { machines[$0] == nil }) else {
            return
        }
        strangers.insert(vmid)
        machines[vmid] = MachineState(vmid: vmid, node: call.node, config: ["name": name])
    }

    private func useTemplate(_ call: Call) {
        guard let template = call.integer("vmid").flatMap({ machines[$0] }), template.isTemplate,
            let vmid = model.proposedIDs.last(where: { machines[$0] == nil })
        else { return }
        strangers.insert(vmid)
        machines[vmid] = MachineState(vmid: vmid, node: template.node, config: ["name": Self.strangerName])
        try? copyDrives(of: template, to: vmid, isFull: false, storage: nil)
    }

    /// Whether a node is up.
    func isOnline(_ node: String) -> Bool { !offlineNodes.contains(node) }

    /// Takes a node down as a power cut does: its tasks end without a word, its machines stop, locks stay.
    func takeDown(_ node: String) async {
        offlineNodes.insert(node)
        for (name, task) in tasks where task.identifier.node == node && task.exit == nil {
            endTask(name, "unexpected status")
            task.work?.cancel()
        }
        for vmid in machines.values.filter({ $0.node == node }).map(\.vmid) { await switchOff(vmid) }
    }

    /// Brings a node up again.
    func bringUp(_ node: String) {
        offlineNodes.remove(node)
    }
}
