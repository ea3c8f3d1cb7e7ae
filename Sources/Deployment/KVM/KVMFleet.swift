internal import GuestAgent
package import HostSystem
internal import Libvirt
internal import Machines

/// A fleet on one host, as a rollout drives it.
package struct KVMFleet: FleetHost {
    private let host: KVMHost
    private let name: String
    private let seeds: [Digest: CloudSeed]
    private let before: [MachineRecord]
    private let refused: Digest?
    private let health: HealthPolicy
    private let switchCommand: String?

    /// A fleet.
    ///
    /// - Parameters:
    ///   - seeds: What machines that are made are told: of the new edition, and of the one to go back to.
    ///   - before: The machines that there were before the rollout, of which none may be left by now.
    ///   - refused: The edition that the fleet goes back from, which each machine that is made remembers.
    ///   - switchCommand: A program of this host that sends the load to a set of machines, for blue-green rollouts; it may be
    ///     run more than once for the same set.
    package init(
        _ name: String, on host: KVMHost, seeds: [CloudSeed], before: [MachineRecord] = [], refused: Digest? = nil,
        health: HealthPolicy, switchCommand: String? = nil
    ) {
        self.before = before
        self.refused = refused
        self.name = name
        self.host = host
        self.seeds = Dictionary(seeds.map { ($0.digest, $0) }) { one, _ in one }
        self.health = health
        self.switchCommand = switchCommand
    }

    package func machines() async throws -> [FleetMachine] {
        try await host.machines(of: name).map(\.view)
    }

    package func fingerprint(of edition: MachineEdition) -> Digest {
        edition.fingerprint
    }

    package func create(_ number: Int, as edition: MachineEdition) async throws {
        guard let seed = seeds[edition.seed] else { throw KVMHostError.noSeed(name) }
        let present = try await host.machines(of: name)
        let same = present.first { $0.record.edition == edition }
        let generation = same?.record.generation ?? (present.map(\.record.generation).max() ?? 0) + 1
        var record = MachineRecord(fleet: name, number: number, generation: generation, edition: edition)
        record.previous = PreviousRelease.before(
            edition, in: present.map(\.record) + before, refusing: refused)
        record.refused = refused
        try await host.make(record, seed: seed)
        try await start(number)
    }

    package func start(_ number: Int) async throws {
        let machine = try await machine(number)
        var record = machine.record
        // It has to show anew that it is healthy.
        record.state = .ready
        try await host.note(record, in: machine.domain)
        try await machine.domain.start()
    }

    package func judge(_ number: Int) async throws -> HealthOutcome {
        let machine = try await machine(number)
        let outcome = try await look(at: machine)
        if case .bad(let reason) = outcome {
            return .bad("\(reason); its console is in \(DeployedDomain(machine.record).consoleLog)")
        }
        var record = machine.record
        record.state = .healthy
        try await host.note(record, in: machine.domain)
        return .good
    }

    package func remove(_ number: Int) async throws {
        try await host.remove([try await machine(number)])
    }

    package func switchOver(to numbers: [Int]) async throws {
        guard let switchCommand else { return }
        let machines = try await host.machines(of: name).filter { numbers.contains($0.record.number) }
        var targets: [LoadSwitch.Target] = []
        for machine in machines {
            targets.append(LoadSwitch.Target(name: machine.record.name, address: try await address(of: machine)))
        }
        try await LoadSwitch(command: switchCommand, fleet: name).run(to: targets)
    }

    /// The address of a machine, by its network's leases, or by what its agent tells.
    package func address(of machine: KVMMachine) async throws -> String? {
        if let leased = try await machine.domain.leasedAddresses().first { return leased }
        let interfaces = try? await agent(of: machine).networkInterfaces()
        return interfaces?.flatMap(\.addresses).first { $0.isReachable }?.text
    }

    private func agent(of machine: KVMMachine) -> Agent {
        Agent(channel: DomainAgentChannel(domain: machine.domain))
    }

    /// Waits at the machine's gates; a machine that stops meanwhile is bad at once.
    private func look(at machine: KVMMachine) async throws -> HealthOutcome {
        let events = host.connection.events(of: machine.record.name)
        let gate = HealthGate(health, of: machine.record.name, agent: agent(of: machine)) {
            try await address(of: machine)
        }
        guard try await machine.domain.isActive() else { return .bad("it is off") }
        return try await withThrowingTaskGroup(of: HealthOutcome?.self) { group in
            group.addTask { try await gate.run() }
            group.addTask { await Self.end(in: events) }
            defer { group.cancelAll() }
            while let outcome = try await group.next() {
                if let outcome { return outcome }
            }
            throw CancellationError()
        }
    }

    /// Why a machine ended; nil if nobody listens any more.
    private static func end(in events: AsyncStream<DomainEvent>) async -> HealthOutcome? {
        for await event in events {
            switch event {
            case .stopped(let reason): return .bad("it stopped: \(reason.rawValue)")
            case .panicked: return .bad("its kernel panicked")
            case .connectionLost(let reason): return .bad("libvirt is gone: \(reason)")
            case .running, .paused, .diskError, .shuttingDown, .agentConnected, .agentDisconnected: continue
            }
        }
        return nil
    }

    private func machine(_ number: Int) async throws -> KVMMachine {
        guard let machine = try await host.machines(of: name).first(where: { $0.record.number == number }) else {
            throw KVMHostError.noMachine("\(name)-\(number)")
        }
        return machine
    }
}
