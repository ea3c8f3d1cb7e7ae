/// What tries that were killed left: canaries, machines that became no template, and uploads.
struct Remains {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let image: ImageSource

    /// Removes what is of no use to this try.
    func clear(_ survey: Survey, _ findings: Preflight.Findings) async throws {
        for machine in survey.machines where isUseless(machine) {
            do {
                client.report("\(machine.place) was left by an earlier try; it is removed")
                try await client.destroyWhole(machine.place)
            } catch let error as ProxmoxDeploymentError where error.isAbandonment {
                client.report("warning: \(error)")
            }
        }
        guard findings.removesUploads else { return }
        for node in findings.sharesUploads ? Array(findings.nodes.prefix(1)) : findings.nodes {
            for volume in try await client.imports(on: plan.importStorage, of: node).map(\.volid)
            where ImageSource.isUpload(volume, on: plan.importStorage, for: plan.name) {
                client.report("\(volume) on \(node) was left by an earlier try; it is removed")
                try await client.remove(volume, on: plan.importStorage, of: node)
            }
        }
    }

    private func isUseless(_ machine: Survey.OwnMachine) -> Bool {
        switch machine.record.role {
        case .canary: true
        case .candidate: !machine.isOf(image.release, plan)
        case .template, .machine: false
        }
    }
}
