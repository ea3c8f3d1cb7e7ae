internal import ArgumentParser
internal import Deployment
internal import Libvirt

/// `imagefactory fleet delete`
struct FleetDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes a fleet's machines with their disks and seeds; images, templates and data disks stay.",
        discussion: """
            The volumes of a machine whose domain somebody undefined by hand stay where they are, since a host that shares \
            the storage pool may run it. With --orphans, for those who know that none does, these volumes are removed, and \
            no machine.
            """)

    @Argument(help: "The fleet's name.")
    var name: String

    @Flag(help: "Remove the volumes of machines of which the host has no domain, in place of the machines.")
    var orphans = false

    @Option(help: "With --orphans: where their disks are in ZFS, zfs:[HOST:]POOL/DATASET.")
    var store: ZFSPlace?

    @Option(help: "How long the guests have to end before they are switched off (default: 30s).")
    var shutdownTimeout: Age?

    @OptionGroup var host: KVMHostOptions
    @OptionGroup(title: "A Proxmox VE cluster, with --endpoint") var cluster: ProxmoxClusterOptions

    @Option(
        help: """
            The pool of the cluster that the machines belong to, where the token has its rights; with --orphans the storage \
            pool of the volumes (default: those of the fleet's machines, or 'default').
            """)
    var pool: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !orphans || !cluster.isNamed else { throw ValidationError("--orphans is for a host; see 'fleet list'") }
        guard orphans || store == nil else { throw ValidationError("--store is for --orphans") }
    }

    func run() async throws {
        let names =
            if let endpoint = cluster.endpoint { try await removeFromCluster(endpoint) } else { try await remove() }
        guard global.format == .json else { return }
        try Talk.result(json: names)
    }

    private func removeFromCluster(_ endpoint: ProxmoxEndpoint) async throws -> [String] {
        let host = try await ProxmoxHost(try cluster.client())
        let deadline = shutdownTimeout?.time ?? KVMHost.usualShutdownDeadline
        return try await host.withLock(of: name, pool: pool) { [name] in
            let machines = try await host.machines(of: name)
            guard !machines.isEmpty else { throw UnknownFleetError(name: name, host: "\(endpoint)") }
            for machine in machines { try await host.remove(machine, shutdown: deadline) }
            return machines.map(\.name)
        }
    }

    private func remove() async throws -> [String] {
        var host = try await host.host()
        if let shutdownTimeout { host.shutdownDeadline = shutdownTimeout.time }
        let lock = try await KVMHostOptions.lock(host.connection.uri, name, try global.state())
        let machines = try await host.machines(of: name)
        let shapes = machines.map(\.record.edition.shape)
        if orphans {
            let names = try await removeOrphans(from: host, shapes)
            withExtendedLifetime(lock) {}
            return names
        }
        guard !machines.isEmpty else { throw UnknownFleetError(name: name, host: host.connection.uri) }
        try await host.remove(machines)
        for pool in Set(shapes.map(\.pool)) { try await host.reportOrphans(of: name, in: pool) }
        withExtendedLifetime(lock) {}
        for record in machines.map(\.record) {
            for volume in record.dataVolumes { Talk.say("\(volume) stays in the pool \(record.edition.shape.pool)") }
        }
        return machines.map(\.record.name)
    }

    private func removeOrphans(from host: KVMHost, _ shapes: [MachineShape]) async throws -> [String] {
        let pools = pool.map { [$0] } ?? (shapes.isEmpty ? ["default"] : Set(shapes.map(\.pool)).sorted())
        let stores = Set(shapes.compactMap(\.store) + [store].compactMap(\.self))
        var names: [String] = []
        for pool in pools { names += try await host.removeOrphans(of: name, in: pool, stores: stores) }
        if names.isEmpty { Talk.say("nothing was removed from \(pools.joined(separator: ", "))") }
        return names
    }
}
