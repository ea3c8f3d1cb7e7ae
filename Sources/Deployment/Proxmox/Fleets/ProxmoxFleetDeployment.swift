package import HostSystem

/// Brings a fleet on a cluster to a template of a release.
package struct ProxmoxFleetDeployment: Sendable {
    private let order: ProxmoxFleetOrder
    private let plan: TemplatePlan
    private let client: ProxmoxClient

    /// A deployment of clones of the template that `plan` names.
    package init(_ order: ProxmoxFleetOrder, from plan: TemplatePlan, through client: ProxmoxClient) {
        self.order = order
        self.plan = plan
        self.client = client
    }

    /// The steps that ``run(release:refusing:)`` would take, if every machine passes its gates; nothing is changed.
    ///
    /// - Parameter release: The release; nil for that of the template that counts.
    package func preview(release: ProxmoxRelease? = nil) async throws -> [RolloutStep] {
        let (host, sites) = try await look()
        let edition = try await edition(of: release, sites)
        return RolloutPlan.preview(goal(edition), machines: try await host.machines(of: order.name).map(\.view))
    }

    /// Rolls it out.
    ///
    /// - Parameters:
    ///   - release: The release; nil for that of the template that counts.
    ///   - refused: The edition that was gone back from.
    /// - Returns: The fleet's machines, and whether anything had to be done.
    /// - Throws: ``RolloutError`` when a gate failed; ``HiddenPasswordError`` when the machines that there are could not be made
    ///   again; ``ProxmoxDeploymentError``, ``ProxmoxError``.
    package func run(
        release: ProxmoxRelease? = nil, refusing refused: Digest? = nil
    ) async throws -> (machines: [FleetMember], hasChanged: Bool) {
        let (host, sites) = try await look()
        return try await host.withLock(of: order.name, pool: plan.pool) {
            let edition = try await edition(of: release, sites)
            let steps = try await rollOut(edition, on: host, sites, refused)
            return (try await host.members(try await host.machines(of: order.name)), steps > 0)
        }
    }

    private func rollOut(
        _ edition: ProxmoxEdition, on host: ProxmoxHost, _ sites: [Site], _ refused: Digest?
    ) async throws -> Int {
        let present = try await host.machines(of: order.name)
        let previous = try newest(of: present, besides: edition)
        let fleet = ProxmoxFleet(
            host: host, order: order, plan: plan, sites: sites, before: present, refused: refused)
        var rollout = Rollout(
            on: fleet, to: edition, count: order.count, strategy: order.strategy, previous: previous)
        rollout.report = { [client, name = order.name] in client.report("\(name): \($0)") }
        if let refused { try await refuse(refused, on: host) }
        do {
            let steps = try await rollout.run()
            if refused == nil { try await forgive(edition.fingerprint, to: present, on: host) }
            return steps
        } catch let error as RolloutError {
            if case .rolledBack = error { try await refuse(edition.fingerprint, on: host) }
            throw error
        }
    }

    /// The edition that shows what the fleet was before; nil for a new fleet.
    private func newest(
        of machines: [ProxmoxFleetMachine], besides wanted: ProxmoxEdition
    ) throws(HiddenPasswordError) -> ProxmoxEdition? {
        let traces = machines.map { FleetTrace($0.member, drift: $0.drift) }
        guard let index = FleetTrace.standing(of: traces, besides: wanted.fingerprint) else { return nil }
        var edition = machines[index].edition
        // The cluster shows no password; whoever goes back gets the one that is given now.
        guard edition.shape.password != nil else { return edition }
        guard case .known = order.shape.password else { throw HiddenPasswordError() }
        edition.shape.password = order.shape.password
        return edition
    }

    /// Leaves word in the fleet itself that an edition was tried, so that people see why it is not there.
    private func refuse(_ edition: Digest, on host: ProxmoxHost) async throws {
        for machine in try await host.machines(of: order.name) {
            var member = machine.member
            member.refused = edition
            try await host.note(member, in: machine)
        }
    }

    /// Takes that word back from machines of an edition that somebody wanted after all, and that stayed.
    private func forgive(_ edition: Digest, to machines: [ProxmoxFleetMachine], on host: ProxmoxHost) async throws {
        guard machines.contains(where: { $0.member.refused == edition }) else { return }
        for machine in try await host.machines(of: order.name) where machine.member.refused == edition {
            var member = machine.member
            member.refused = nil
            try await host.note(member, in: machine)
        }
    }

    private func look() async throws -> (ProxmoxHost, [Site]) {
        let findings = try await Preflight(client: client, plan: plan, image: nil).run()
        // A machine of the fleet is one wherever it is, also on a node that gets none any more.
        return (try await ProxmoxHost(client), findings.sites)
    }

    /// The edition with a release, or with that of the template that counts.
    private func edition(of release: ProxmoxRelease?, _ sites: [Site]) async throws -> ProxmoxEdition {
        let survey = try await Survey(of: plan.name, on: sites.flatMap(\.nodes), client)
        guard let site = sites.first else { throw ProxmoxDeploymentError.noTemplate(plan.name) }
        let template =
            if let release { survey.template(of: release, in: site) } else { survey.current(in: site) }
        guard let record = template?.record else {
            guard let release else { throw ProxmoxDeploymentError.noTemplate(plan.name) }
            throw ProxmoxDeploymentError.noTemplateOf(plan.name, release.version, node: site.home)
        }
        return ProxmoxEdition(release: record.release, settings: record.settings, shape: order.shape)
    }

    private func goal(_ edition: ProxmoxEdition) -> RolloutGoal {
        RolloutGoal(edition: edition.fingerprint, count: order.count, strategy: order.strategy)
    }
}

extension Survey {
    /// The newest published template of a release in a site.
    ///
    /// - Parameter settings: What its settings were made from; nil for whatever.
    func template(of release: ProxmoxRelease, settings: Digest? = nil, in site: Site) -> OwnMachine? {
        machines(in: site).filter {
            $0.isPublished && $0.record.release == release && (settings ?? $0.record.settings) == $0.record.settings
        }.max { $0.record.generation < $1.record.generation }
    }
}
