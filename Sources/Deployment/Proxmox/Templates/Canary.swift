internal import HostSystem

/// A clone of a new template that shows that it works, before anybody relies on it.
struct Canary {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let attempt: Attempt

    /// Clones the template, starts the clone, waits for its agent, runs the checks, and removes it however that ended.
    ///
    /// - Throws: ``ProxmoxDeploymentError``, ``ProxmoxError``.
    func run(from template: MachinePlace, of record: ProxmoxRecord) async throws {
        client.report("\(template.node): starting a clone of \(template.vmid), to see that it works")
        let clone = TemplateClone(client: client, plan: plan, attempt: attempt, record: record)
        let place = try await clone.make(
            from: template, on: template.node, as: .canary, named: "\(plan.name.prefix(48))-canary-\(attempt.run)")
        try await withCleanup {
            try await client.start(place)
            do {
                try await client.waitForAgent(place)
            } catch let error as DeadlineError {
                throw ProxmoxDeploymentError.canarySilent(place, error)
            }
            for command in plan.checks { try await check(command, in: place) }
        } cleanup: {
            await attempt.discard(place)
        }
    }

    private func check(_ command: String, in place: MachinePlace) async throws {
        let end = try await client.run(command, in: place)
        guard end.code == 0 else {
            throw ProxmoxDeploymentError.checkFailed(command, end)
        }
        client.report("\(place.node): '\(command)' is good")
    }
}
