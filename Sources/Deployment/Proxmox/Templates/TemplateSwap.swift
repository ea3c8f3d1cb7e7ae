internal import HostSystem

/// Puts a template into use in a site: it gets the name, and then those that had it lose it.
///
/// Between the two steps more than one has the name, and at no time none. Who has to choose takes the one that got it last;
/// a swap that is broken off is finished by the next deployment.
struct TemplateSwap {
    let client: ProxmoxClient
    let plan: TemplatePlan
    let site: Site
    let attempt: Attempt

    /// Swaps.
    ///
    /// - Returns: Whether the template was not in use before, and the numbers of those that were.
    func run(to place: MachinePlace) async throws -> (isNew: Bool, replaced: [Int]) {
        let survey = try await Survey(of: plan.name, on: site.nodes, client)
        guard let new = survey.machines(in: site).first(where: { $0.place == place }), new.isTemplate else {
            throw VanishedError(place: place)
        }
        if let other = survey.foreign[plan.name]?.first { throw ProxmoxDeploymentError.nameTaken(plan.name, other) }
        let isNew = survey.current(in: site)?.place != place
        if isNew { try await name(new, after: survey) }
        let others = survey.machines(in: site).filter { $0.isPublished && $0.place != place && $0.hasName }
        for old in others {
            client.report("\(site.home): \(old.place) was '\(plan.name)', of \(old.record.release.version)")
            try await client.change(
                old.place,
                [
                    ("name", Self.retiredName(of: old)),
                    ("tags", ProxmoxTag.replacing(old.config.tags, by: ProxmoxTag.previous)),
                ], since: old.config)
        }
        return (isNew, others.map(\.place.vmid))
    }

    private func name(_ new: Survey.OwnMachine, after survey: Survey) async throws {
        var record = new.record
        record.role = .template
        record.generation = (survey.machines(in: site).map(\.record.generation).max() ?? 0) + 1
        // Whatever becomes of the answer: from here on it may be in use.
        await attempt.leaves(new.place)
        try await client.change(
            new.place,
            [
                ("name", plan.name),
                ("description", record.text(replacing: new.record, in: new.config.description)),
                ("tags", ProxmoxTag.replacing(new.config.tags, by: ProxmoxTag.current)),
            ], since: new.config)
        client.report("\(site.home): \(new.place) is '\(plan.name)' now, of \(record.release.version)")
    }

    /// What a template is called that counts no longer.
    private static func retiredName(of machine: Survey.OwnMachine) -> String {
        "\(machine.record.name.prefix(50))-\(machine.record.release.image.short.prefix(8))"
    }
}
