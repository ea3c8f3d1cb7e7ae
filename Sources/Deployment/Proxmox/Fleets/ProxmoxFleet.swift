internal import GuestAgent
internal import HostSystem

/// A fleet on a cluster, as a rollout drives it.
struct ProxmoxFleet: FleetHost {
    let host: ProxmoxHost
    let order: ProxmoxFleetOrder
    let plan: TemplatePlan
    /// Where templates serve, and machines are made.
    let sites: [Site]
    /// The machines that there were before the rollout, of which none may be left by now.
    let before: [ProxmoxFleetMachine]
    /// The edition that the fleet goes back from; nil where it does not.
    let refused: Digest?

    private var client: ProxmoxClient { host.client }

    func machines() async throws -> [FleetMachine] {
        try await host.machines(of: order.name).map(\.view)
    }

    func fingerprint(of edition: ProxmoxEdition) -> Digest {
        edition.fingerprint
    }

    func create(_ number: Int, as edition: ProxmoxEdition) async throws {
        let present = try await host.machines(of: order.name)
        let same = present.first { $0.member.edition == edition.fingerprint }
        let series = same?.member.series ?? (present.map(\.member.series).max() ?? 0) + 1
        var member = FleetPlace(fleet: order.name, number: number, series: series, edition: edition)
        member.previous = PreviousRelease.before(
            edition, in: (present + before).map(\.record), refusing: refused)
        member.refused = refused
        let nodes = sites.flatMap(\.nodes)
        let node = nodes[(number - 1) % nodes.count]
        let template = try await template(of: edition, for: node, besides: member.name)
        let place = try await clone(template, to: node, as: member, edition.shape)
        let config = try await client.config(of: place)
        let tags = ("tags", ProxmoxTag.replacing(config.tags, by: ProxmoxTag.machine))
        try await client.change(place, try edition.shape.cloudInit() + [tags], since: config)
        if let disk = edition.shape.disk { try await client.grow(place, to: disk) }
        try await start(number)
    }

    func start(_ number: Int) async throws {
        let machine = try await machine(number)
        var member = machine.member
        // It has to show anew that it is healthy.
        member.state = .ready
        try await host.note(member, in: machine)
        try await client.start(machine.place)
    }

    func judge(_ number: Int) async throws -> HealthOutcome {
        let machine = try await machine(number)
        let outcome = try await look(at: machine)
        guard outcome == .good else { return outcome }
        var member = machine.member
        member.state = .healthy
        try await host.note(member, in: machine)
        return .good
    }

    func remove(_ number: Int) async throws {
        let machine = try await machine(number)
        try await host.remove(machine, shutdown: order.shutdownDeadline)
    }

    func switchOver(to numbers: [Int]) async throws {
        guard let command = order.switchCommand else { return }
        let machines = try await host.machines(of: order.name).filter { numbers.contains($0.member.number) }
        var targets: [LoadSwitch.Target] = []
        for machine in machines {
            let address = try await client.knownAddresses(of: machine.place).first
            targets.append(LoadSwitch.Target(name: machine.member.name, address: address))
        }
        try await LoadSwitch(command: command, fleet: order.name).run(to: targets)
    }

    private func clone(
        _ template: Survey.OwnMachine, to node: String, as member: FleetPlace, _ shape: CloneShape
    ) async throws -> MachinePlace {
        client.report("\(node): making '\(member.name)' from \(template.place), of \(template.record.release.version)")
        var plan = plan
        plan.clonesFully = shape.isFull
        // What is left of a clone that fails says of itself that it is incomplete, and goes with the next step.
        let clone = TemplateClone(
            client: client, plan: plan, attempt: Attempt(client: client), record: template.record, member: member)
        return try await clone.make(from: template.place, on: node, as: .machine, named: member.name)
    }

    /// The template of an edition that serves a node.
    private func template(
        of edition: ProxmoxEdition, for node: String, besides name: String
    ) async throws -> Survey.OwnMachine {
        let survey = try await Survey(of: plan.name, on: sites.flatMap(\.nodes), client)
        if let place = survey.foreign[name]?.first { throw ProxmoxDeploymentError.machineTaken(name, place) }
        if let own = survey.machines.first(where: { $0.config.name == name }) {
            throw ProxmoxDeploymentError.machineTaken(name, own.place)
        }
        guard let site = sites.first(where: { $0.nodes.contains(node) }),
            let template = survey.template(of: edition.release, settings: edition.settings, in: site)
        else { throw ProxmoxDeploymentError.noTemplateOf(plan.name, edition.release.version, node: node) }
        return template
    }

    /// Waits at the machine's gates; a machine that stops meanwhile is bad at once.
    private func look(at machine: ProxmoxFleetMachine) async throws -> HealthOutcome {
        let channel = ProxmoxAgentChannel(client: client, place: machine.place)
        var gate = HealthGate(order.health, of: machine.member.name, agent: Agent(channel: channel)) {
            try await client.addresses(of: machine.place).first
        }
        gate.interval = client.patience.interval
        let ready = gate
        return try await withThrowingTaskGroup(of: HealthOutcome.self) { group in
            group.addTask { try await ready.run() }
            group.addTask {
                while try await client.isRunning(machine.place) {
                    try await ContinuousClock().sleep(for: client.patience.interval)
                }
                return .bad("it is off")
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }

    private func machine(_ number: Int) async throws -> ProxmoxFleetMachine {
        guard let machine = try await host.machines(of: order.name).first(where: { $0.member.number == number }) else {
            throw ProxmoxDeploymentError.noMachine("\(order.name)-\(number)")
        }
        return machine
    }
}
