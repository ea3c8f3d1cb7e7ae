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
        for (volume, node) in try await uploads(findings) {
            client.report("\(volume) on \(node) was left by an earlier try; it is removed")
            try await client.remove(volume, on: plan.importStorage, of: node)
        }
    }

    /// The uploads that were left and can be removed, with their nodes.
    func uploads(_ findings: Preflight.Findings) async throws -> [(volume: String, node: String)] {
        guard findings.removesUploads else { return [] }
        var found: [(String, String)] = []
        for node in findings.sharesUploads ? Array(findings.nodes.prefix(1)) : findings.nodes {
            found += try await client.imports(on: plan.importStorage, of: node).map(\.volid)
                .filter { ImageSource.isUpload($0, on: plan.importStorage, for: plan.name) }.map { ($0, node) }
        }
        return found
    }

    private func isUseless(_ machine: Survey.OwnMachine) -> Bool {
        switch machine.record.role {
        case .canary: true
        case .candidate: !machine.isOf(image.release, plan)
        case .template, .machine: false
        }
    }
}
