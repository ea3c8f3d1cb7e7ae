internal import ArgumentParser
internal import Deployment
internal import Libvirt

/// `imagefactory fleet delete`
struct FleetDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Removes a fleet's machines with their disks and seeds; images stay on the host.")

    @Argument(help: "The fleet's name.")
    var name: String

    @OptionGroup var host: KVMHostOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let host = try await host.host()
        let lock = try await KVMHostOptions.lock(host.connection.uri, name, try global.state())
        let machines = try await host.machines(of: name)
        guard !machines.isEmpty else { throw UnknownFleetError(name: name, host: host.connection.uri) }
        for machine in machines {
            try await host.remove(machine)
            Talk.say("removed \(machine.record.name)")
        }
        withExtendedLifetime(lock) {}
        guard global.format == .json else { return }
        try Talk.result(json: machines.map(\.record.name))
    }
}
