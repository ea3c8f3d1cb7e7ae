package import HostSystem

/// Brings a fleet on one host to an image.
package struct FleetDeployment: Sendable {
    private let host: KVMHost
    private let order: FleetOrder

    /// A deployment.
    package init(_ order: FleetOrder, on host: KVMHost) {
        var host = host
        host.shutdownDeadline = order.shutdownDeadline
        self.order = order
        self.host = host
    }

    /// The steps that ``run(_:)`` would take, if every machine passes its gates; nothing is changed.
    package func plan(_ image: DeployedImage) async throws -> [RolloutStep] {
        try order.checkDataDisks()
        return RolloutPlan.preview(order.goal(image), machines: try await host.machines(of: order.name).map(\.view))
    }

    /// Puts the image there, and rolls it out.
    ///
    /// - Parameter refused: The edition that was gone back from; it is not tried again by itself.
    /// - Returns: The fleet's machines, and whether anything had to be done.
    /// - Throws: ``RolloutError`` when a gate failed; ``DataDiskError``, ``KVMHostError``, ``BaseVolumeError``, `LibvirtError`.
    package func run(
        _ verified: VerifiedImage, refusing refused: Digest? = nil
    ) async throws -> (machines: [FleetMember], hasChanged: Bool) {
        try order.checkDataDisks()
        await CloudSeed.removeAbandoned()
        let present = try await host.machines(of: order.name)
        let wanted = order.edition(of: verified.image)
        let previous = newest(of: present, besides: wanted)
        var seeds = [order.seed]
        if let previous, previous.record.edition.seed != wanted.seed, let old = try await host.seed(of: previous) {
            seeds.append(old)
        }
        let steps = RolloutPlan.preview(order.goal(verified.image), machines: present.map(\.view))
        if steps.contains(where: \.isCreation) { try await host.install(verified, for: order.shape) }
        let fleet = KVMFleet(
            order.name, on: host, seeds: seeds, before: present.map(\.record), refused: refused,
            health: order.health, switchCommand: order.switchCommand)
        var rollout = Rollout(
            on: fleet, to: wanted, count: order.count, strategy: order.strategy, previous: previous?.record.edition)
        rollout.report = { [host, name = order.name] in host.report("\(name): \($0)") }
        // A pass of 'reconcile' that comes upon the fleet half-way must not bring it forward again.
        if let refused { try await refuse(refused) }
        do {
            let steps = try await rollout.run()
            if refused == nil { try await forgive(wanted.fingerprint, to: present) }
            if steps > 0, order.shape.executor != .test {
                try await host.reportOrphans(of: order.name, in: order.shape.pool)
            }
            return (try await members(of: fleet, waiting: steps > 0), steps > 0)
        } catch let error as RolloutError {
            if case .rolledBack = error { try await refuse(wanted.fingerprint) }
            throw error
        }
    }

    /// The machine that shows what the fleet was before; nil for a new fleet.
    private func newest(of machines: [KVMMachine], besides wanted: MachineEdition) -> KVMMachine? {
        let traces = machines.map { FleetTrace($0.record, drift: $0.drift) }
        return FleetTrace.standing(of: traces, besides: wanted.fingerprint).map { machines[$0] }
    }

    /// Leaves word in the fleet itself that an edition was tried, so that nobody tries it again and again.
    private func refuse(_ edition: Digest) async throws {
        for machine in try await host.machines(of: order.name) {
            var record = machine.record
            record.refused = edition
            try await host.note(record, in: machine.domain)
        }
    }

    /// Takes that word back from machines of an edition that somebody wanted after all, and that stayed.
    private func forgive(_ edition: Digest, to machines: [KVMMachine]) async throws {
        guard machines.contains(where: { $0.record.refused == edition }) else { return }
        for machine in try await host.machines(of: order.name) where machine.record.refused == edition {
            var record = machine.record
            record.refused = nil
            try await host.note(record, in: machine.domain)
        }
    }

    /// The machines. An agent may answer before its guest has an address, which new machines get some time for.
    private func members(of fleet: KVMFleet, waiting: Bool) async throws -> [FleetMember] {
        let end = ContinuousClock.now + (waiting ? Self.addressDeadline : .zero)
        var members: [FleetMember] = []
        for machine in try await host.machines(of: order.name) {
            let wait = machine.mayHaveAddress ? max(.zero, end - .now) : .zero
            members.append(FleetMember(machine, address: try await address(of: machine, in: fleet, within: wait)))
        }
        return members
    }

    private func address(of machine: KVMMachine, in fleet: KVMFleet, within limit: Duration) async throws -> String? {
        do {
            return try await poll(every: .milliseconds(500), deadline: limit, for: "an address") {
                try await fleet.address(of: machine)
            }
        } catch is DeadlineError {
            return nil
        }
    }

    /// For how long the addresses of all new machines together are waited for.
    private static let addressDeadline: Duration = .seconds(60)
}

extension KVMMachine {
    /// Whether it runs, and on a network.
    fileprivate var mayHaveAddress: Bool {
        let shape = record.edition.shape
        return isRunning && shape.network != nil && shape.executor != .test
    }
}
