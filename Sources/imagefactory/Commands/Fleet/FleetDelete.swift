internal import ArgumentParser
internal import Deployment
internal import Libvirt

/// `imagefactory fleet delete`
struct FleetDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes a fleet's machines with their disks and seeds; images and data disks stay on the host.")

    @Argument(help: "The fleet's name.")
    var name: String

    @Option(help: "How long the guests have to end before they are switched off (default: 30s).")
    var shutdownTimeout: Age?

    @OptionGroup var host: KVMHostOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var host = try await host.host()
        if let shutdownTimeout { host.shutdownDeadline = shutdownTimeout.time }
        let lock = try await KVMHostOptions.lock(host.connection.uri, name, try global.state())
        let machines = try await host.machines(of: name)
        guard !machines.isEmpty else { throw UnknownFleetError(name: name, host: host.connection.uri) }
        try await host.remove(machines)
        let shapes = machines.map(\.record.edition.shape)
        for pool in Set(shapes.map(\.pool)) {
            try await host.removeOrphans(of: name, in: pool, stores: Set(shapes.compactMap(\.store)))
        }
        withExtendedLifetime(lock) {}
        for record in machines.map(\.record) {
            for volume in record.dataVolumes { Talk.say("\(volume) stays in the pool \(record.edition.shape.pool)") }
        }
        guard global.format == .json else { return }
        try Talk.result(json: machines.map(\.record.name))
    }
}
