/// Clones of a template, with a description of their own.
struct TemplateClone {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let attempt: Attempt
    /// What the template says of itself.
    let record: ProxmoxRecord
    /// The clone's place in its fleet; nil for one of no fleet.
    var member: FleetPlace?

    /// Makes a clone on a node, which must see the template's storage.
    func make(
        from template: MachinePlace, on node: String, as role: ProxmoxRecord.Role, named name: String
    ) async throws -> MachinePlace {
        let numbers = MachineNumbers(client: client, attempt: attempt, range: plan.vmids)
        return try await numbers.make(on: node) { vmid in
            var own = ProxmoxRecord(
                role: role, vmid: vmid, name: plan.name, release: record.release, settings: record.settings,
                run: attempt.run)
            own.member = member
            var settings = [("newid", "\(vmid)"), ("name", name), ("description", own.text)]
            if node != template.node { settings.append(("target", node)) }
            if let pool = plan.pool { settings.append(("pool", pool)) }
            if plan.clonesFully { settings += [("full", "1"), ("storage", plan.storage)] }
            return try await client.post(template.path + ["clone"], settings)
        }
    }
}
