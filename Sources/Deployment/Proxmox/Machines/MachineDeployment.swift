internal import HostSystem

/// A machine as it stands after a deployment.
package struct DeployedMachine: Sendable, Encodable {
    /// Its name.
    package let name: String
    /// Its node.
    package let node: String
    /// Its number.
    package let vmid: Int
    /// The version that it is of.
    package let version: String
    /// What became of it.
    package let state: State
    /// Its addresses; none where it was left alone.
    package let addresses: [String]

    /// What became of a machine.
    package enum State: String, Sendable, Encodable {
        /// It was not there.
        case made
        /// It was there, and of the right release.
        case kept
        /// It was there, of another release, and was left.
        case outdated
        /// It took the place of one of another release.
        case replaced
        /// It was removed.
        case removed
    }
}

/// Makes machines as clones of the template that counts, one after another: each must be up before the next is begun.
package struct MachineDeployment: Sendable {
    private let client: ProxmoxClient
    private let plan: TemplatePlan
    private let machines: MachinePlan

    /// A deployment of clones.
    package init(of machines: MachinePlan, from plan: TemplatePlan, through client: ProxmoxClient) {
        self.client = client
        self.plan = plan
        self.machines = machines
    }

    /// Makes what is missing; and replaces what is of another release, if that is wanted.
    ///
    /// - Throws: ``ProxmoxDeploymentError``, ``ProxmoxError``, `CancellationError`.
    package func run() async throws -> [DeployedMachine] {
        let findings = try await Preflight(client: client, plan: plan, image: nil).run()
        let survey = try await Survey(of: plan.name, on: findings.nodes, client)
        for name in machines.names {
            let inFleet = survey.machines.first { $0.record.member != nil && $0.config.name == name }?.place
            if let place = survey.foreign[name]?.first ?? inFleet {
                throw ProxmoxDeploymentError.machineTaken(name, place)
            }
        }
        return try await lock(findings).hold { _ in
            let survey = try await Survey(of: plan.name, on: findings.nodes, client)
            var deployed: [DeployedMachine] = []
            for (index, name) in machines.names.enumerated() {
                let node = findings.nodes[index % findings.nodes.count]
                let attempt = Attempt(client: client)
                deployed.append(
                    try await withCleanup {
                        try await deploy(name, on: node, findings, survey, attempt)
                    } cleanup: {
                        await attempt.cleanUp()
                    })
            }
            return deployed
        }
    }

    private func lock(_ findings: Preflight.Findings) -> ClusterLock {
        ClusterLock(client: client, subject: "machines-\(machines.name)", node: findings.nodes[0], pool: plan.pool)
    }

    /// Removes the machines, whichever release they are of; others of such names are those of others' plans.
    package func remove() async throws -> [DeployedMachine] {
        let findings = try await Preflight(client: client, plan: plan, image: nil).run()
        return try await lock(findings).hold { _ in
            let survey = try await Survey(of: plan.name, on: findings.nodes, client)
            var removed: [DeployedMachine] = []
            for machine in survey.machines where machine.isLone {
                guard let name = machine.config.name, machines.names.contains(name) else { continue }
                try await client.destroyWhole(machine.place)
                client.report("\(name), \(machine.place), is removed")
                removed.append(machine.deployed(.removed))
            }
            if removed.isEmpty {
                let others = survey.machines.filter(\.isLone).compactMap(\.config.name).sorted()
                client.report(
                    "nothing is called \(machines.names.joined(separator: ", "))"
                        + (others.isEmpty ? "" : "; there are \(others.joined(separator: ", "))"))
            }
            return removed
        }
    }

    private func deploy(
        _ name: String, on node: String, _ findings: Preflight.Findings, _ survey: Survey, _ attempt: Attempt
    ) async throws -> DeployedMachine {
        let olds = survey.machines.filter { $0.isLone && $0.config.name == name }
        let node = olds.first?.place.node ?? node
        guard let site = findings.sites.first(where: { $0.nodes.contains(node) }),
            let template = survey.current(in: site)
        else { throw ProxmoxDeploymentError.noTemplate(plan.name) }
        if let same = olds.first(where: { $0.record.release == template.record.release }) {
            // A replacement that was broken off has still to lose the old one.
            if machines.replaces { try await retire(olds.filter { $0.place != same.place }) }
            return same.deployed(.kept)
        }
        if let old = olds.first, !machines.replaces { return old.deployed(.outdated) }
        let (place, addresses) = try await make(name, on: node, from: template, attempt)
        await attempt.leaves(place)
        try await retire(olds)
        return DeployedMachine(
            name: name, node: node, vmid: place.vmid, version: template.record.release.version,
            state: olds.isEmpty ? .made : .replaced, addresses: addresses)
    }

    private func make(
        _ name: String, on node: String, from template: Survey.OwnMachine, _ attempt: Attempt
    ) async throws -> (MachinePlace, [String]) {
        client.report("\(node): making '\(name)' from \(template.place), of \(template.record.release.version)")
        let clone = TemplateClone(client: client, plan: plan, attempt: attempt, record: template.record)
        let place = try await clone.make(from: template.place, on: node, as: .machine, named: name)
        let config = try await client.config(of: place)
        let tags = ("tags", ProxmoxTag.replacing(config.tags, by: ProxmoxTag.machine))
        try await client.change(place, try machines.shape.cloudInit() + [tags], since: config)
        if let disk = machines.shape.disk { try await client.grow(place, to: disk) }
        try await client.start(place)
        do {
            try await client.waitForAgent(place)
        } catch let error as DeadlineError {
            throw ProxmoxDeploymentError.machineSilent(name, place, error)
        }
        for command in plan.checks {
            let end = try await client.run(command, in: place)
            guard end.code == 0 else {
                throw ProxmoxDeploymentError.machineCheckFailed(name, command, end)
            }
        }
        return (place, try await client.knownAddresses(of: place))
    }

    private func retire(_ olds: [Survey.OwnMachine]) async throws {
        for old in olds {
            try await client.destroyWhole(old.place)
            client.report("\(old.place), of \(old.record.release.version), is removed")
        }
    }
}

extension Survey.OwnMachine {
    /// Whether it is a machine that people use, of no fleet.
    fileprivate var isLone: Bool { record.role == .machine && record.member == nil }

    fileprivate func deployed(_ state: DeployedMachine.State) -> DeployedMachine {
        DeployedMachine(
            name: config.name ?? "", node: place.node, vmid: place.vmid, version: record.release.version, state: state,
            addresses: [])
    }
}
