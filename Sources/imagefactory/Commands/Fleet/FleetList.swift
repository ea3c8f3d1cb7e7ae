internal import ArgumentParser
internal import Deployment
internal import HostSystem

/// `imagefactory fleet list`
struct FleetList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the fleets of a host, as its domains tell.")

    @OptionGroup var host: KVMHostOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let machines = try await host.host().machines()
        let fleets = Dictionary(grouping: machines, by: \.record.fleet).map { Fleet($0.key, $0.value) }.sorted {
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

    /// A fleet in one line.
    private struct Fleet: Encodable {
        let fleet: String
        let machines: Int
        let healthy: Int
        let releases: [String]

        init(_ name: String, _ machines: [KVMMachine]) {
            fleet = name
            self.machines = machines.count
            healthy = machines.count { $0.view.condition == .healthy }
            releases = Set(
                machines.map { "\($0.record.edition.image.template) \($0.record.edition.image.version)" }
            ).sorted()
        }
    }
}
