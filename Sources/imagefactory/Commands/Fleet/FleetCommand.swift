internal import ArgumentParser

/// `imagefactory fleet`: what is deployed.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract:
            "Shows the fleets of a libvirt host or a Proxmox VE cluster, takes them back to the release before, and removes them.",
        subcommands: [
            FleetList.self, FleetStatus.self, FleetRollbackCommand.self, FleetDelete.self, FleetSnapshot.self,
            FleetSnapshots.self, FleetRestore.self,
        ])
}
