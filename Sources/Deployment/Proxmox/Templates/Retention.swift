/// Removes templates that counted long ago.
struct Retention {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let site: Site

    /// Removes them, but for the newest, and for those that clones are linked to.
    ///
    /// - Returns: The numbers of those that were removed.
    func run() async throws -> [Int] {
        let survey = try await Survey(of: plan.name, on: site.nodes, client)
        let current = survey.current(in: site)?.place
        let old = survey.machines(in: site).filter(\.isPublished)
            .sorted { $0.record.generation > $1.record.generation }.dropFirst(plan.keep)
        var removed: [Int] = []
        for machine in old where machine.place != current && machine.config.name != plan.name {
            if try await hasLinkedClones(machine) {
                client.report("\(machine.place) stays, as clones are linked to it")
            } else if try await remove(machine) {
                removed.append(machine.place.vmid)
            }
        }
        return removed
    }

    private func remove(_ machine: Survey.OwnMachine) async throws -> Bool {
        do {
            try await client.destroy(machine.place)
            client.report("\(machine.place), of \(machine.record.release.version), is removed")
            return true
        } catch let error as ProxmoxError where error.kind == .task || error.kind == .refused(500) {
            // Somebody may have cloned it since; it does no harm.
            client.report("\(machine.place) stays: \(error)")
            return false
        }
    }

    private func hasLinkedClones(_ machine: Survey.OwnMachine) async throws -> Bool {
        guard let disk = machine.config["scsi0"], let colon = disk.firstIndex(of: ":") else { return true }
        let base = "base-\(machine.place.vmid)-"
        for node in site.nodes {
            let disks = try await client.disks(on: String(disk[..<colon]), of: node)
            if disks.contains(where: { $0.parent?.contains(base) == true }) { return true }
        }
        return false
    }
}
