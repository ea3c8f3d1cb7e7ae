internal import ArgumentParser
internal import Deployment
internal import Libvirt

/// `imagefactory fleet status`
struct FleetStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows a fleet's machines: address, release, state, and what somebody changed by hand.",
        discussion: "The exit code is 1 if a machine is not healthy, or is not what was deployed.")

    @Argument(help: "The fleet's name.")
    var name: String

    @OptionGroup var host: KVMHostOptions
    @OptionGroup(title: "A Proxmox VE cluster, with --endpoint") var cluster: ProxmoxClusterOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let (members, place) = try await members()
        guard !members.isEmpty else { throw UnknownFleetError(name: name, host: place) }
        try FleetReport.print(members, global.format)
        guard members.allSatisfy({ $0.state == FleetMachine.Condition.healthy.rawValue && $0.drift.isEmpty }) else {
            throw ExitCode(ExitStatus.failed.rawValue)
        }
    }

    /// The fleet's machines, and where they are.
    private func members() async throws -> ([FleetMember], place: String) {
        if let endpoint = cluster.endpoint {
            let host = try await ProxmoxHost(try cluster.client())
            return (try await host.members(try await host.machines(of: name)), "\(endpoint)")
        }
        let host = try await host.host()
        let fleet = KVMFleet(name, on: host, seeds: [], health: HealthPolicy())
        var members: [FleetMember] = []
        for machine in try await host.machines(of: name) {
            members.append(FleetMember(machine, address: try await fleet.address(of: machine)))
        }
        return (members, host.connection.uri)
    }
}

/// A fleet that is not there.
struct UnknownFleetError: Error, CustomStringConvertible {
    /// Its name.
    let name: String
    /// Where it was looked for.
    let host: String

    var description: String { "there is no fleet '\(name)' on \(host); 'imagefactory fleet list' shows those that are" }
}
