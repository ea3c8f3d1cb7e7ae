internal import ArgumentParser
internal import Deployment
internal import HostSystem

/// `imagefactory fleet list`
struct FleetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the fleets of a host or a cluster, as its machines tell.")

    @OptionGroup var host: KVMHostOptions
    @OptionGroup(title: "A Proxmox VE cluster, with --endpoint") var cluster: ProxmoxClusterOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let fleets = Dictionary(grouping: try await machines(), by: \.fleet).map { Fleet($0.key, $0.value) }.sorted {
            $0.fleet < $1.fleet
        }
        guard global.format == .text else { return try Talk.result(json: fleets) }
        guard !fleets.isEmpty else { return Talk.say("there are no fleets") }
        let rows = fleets.map { fleet in
            [fleet.fleet, "\(fleet.machines)", "\(fleet.healthy)", fleet.releases.joined(separator: ", ")]
                .map { TerminalText.plain($0) }
        }
        for line in TextTable.lines([["FLEET", "MACHINES", "HEALTHY", "RELEASES"]] + rows) { Talk.result(line) }
    }

    private func machines() async throws -> [FleetMember] {
        guard cluster.isNamed else {
            return try await host.host().machines().map { FleetMember($0, address: nil) }
        }
        return try await ProxmoxHost(try cluster.client()).machines().map { FleetMember($0, address: nil) }
    }

    /// A fleet in one line.
    private struct Fleet: Encodable {
        let fleet: String
        let machines: Int
        let healthy: Int
        let releases: [String]

        init(_ name: String, _ machines: [FleetMember]) {
            fleet = name
            self.machines = machines.count
            healthy = machines.count { $0.state == FleetMachine.Condition.healthy.rawValue }
            releases = Set(machines.map { "\($0.template) \($0.version)" }).sorted()
        }
    }
}
