internal import HostSystem

/// A cluster, and the machines of fleets on it that are ours.
///
/// What a machine is stands in its description, and nowhere else; nothing without such a description is ever touched.
package struct ProxmoxHost: Sendable {
    let client: ProxmoxClient
    /// The nodes, by their names.
    let nodes: [String]

    /// The nodes of a cluster that are up.
    package init(_ client: ProxmoxClient) async throws {
        self.init(client, nodes: try await client.nodes().filter { $0.status == "online" }.map(\.node).sorted())
    }

    init(_ client: ProxmoxClient, nodes: [String]) {
        self.client = client
        self.nodes = nodes
    }

    /// The machines of one fleet, or of all, by fleet and number.
    package func machines(of fleet: String? = nil) async throws -> [ProxmoxFleetMachine] {
        var found: [ProxmoxFleetMachine] = []
        for node in nodes {
            for listed in try await client.machines(of: node) where listed.mayBelongToFleet {
                let place = MachinePlace(node: node, vmid: listed.vmid)
                guard let config = try await client.configIfThere(of: place),
                    let machine = ProxmoxFleetMachine(place, config, isRunning: listed.status == "running"),
                    fleet == nil || machine.fleet == fleet
                else { continue }
                found.append(machine)
            }
        }
        return found.sorted { ($0.fleet, $0.member.number) < ($1.fleet, $1.member.number) }
    }

    /// What `fleet` commands show of machines.
    package func members(_ machines: [ProxmoxFleetMachine]) async throws -> [FleetMember] {
        var members: [FleetMember] = []
        for machine in machines {
            let address = machine.isRunning ? try await client.knownAddresses(of: machine.place).first : nil
            members.append(FleetMember(machine, address: address))
        }
        return members
    }

    /// Removes a machine; a guest that runs is asked to end first, and has so long for it.
    package func remove(_ machine: ProxmoxFleetMachine, shutdown deadline: Duration) async throws {
        try await client.waitForLock(on: machine.place)
        if try await client.isRunning(machine.place) { try await client.shutDown(machine.place, within: deadline) }
        try await client.destroyWhole(machine.place)
    }

    /// Has a machine say something else of its place in its fleet; what people have written beside that stays.
    func note(_ member: FleetPlace, in machine: ProxmoxFleetMachine) async throws {
        var record = machine.record
        record.member = member
        let config = try await client.config(of: machine.place)
        let text = record.text(replacing: machine.record, in: config.description)
        try await client.change(machine.place, [("description", text)], since: config)
    }

    /// Lends a fleet, which nobody else changes meanwhile.
    package func withLock<Result: Sendable>(
        of fleet: String, pool: String?, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let node = nodes.first else { throw ProxmoxDeploymentError.noNode("", known: []) }
        let lock = ClusterLock(client: client, subject: "fleet-\(fleet)", node: node, pool: pool)
        return try await lock.hold { _ in try await body() }
    }
}

extension ProxmoxMachine {
    /// Whether it is worth a look at its description.
    fileprivate var mayBelongToFleet: Bool {
        !isTemplate && !tags.contains(ProxmoxTag.lock) && tags.contains { $0.hasPrefix(ProxmoxTag.ours) }
    }
}
