internal import ArgumentParser

/// `imagefactory fleet`: what is deployed.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Shows the fleets of a libvirt host, and removes them.",
        subcommands: [
            FleetList.self, FleetStatus.self, FleetDelete.self, FleetSnapshot.self, FleetSnapshots.self,
            FleetRestore.self,
        ])
}
