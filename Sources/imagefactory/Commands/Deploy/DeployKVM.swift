internal import ArgumentParser
internal import Deployment
internal import HostSystem
internal import Libvirt
internal import Machines
internal import SystemPackage

/// `imagefactory deploy kvm`: a fleet on a libvirt host.
struct DeployKVM: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kvm",
        abstract: "Brings a fleet of machines on a libvirt host to a release, and goes back if they are not healthy.",
        discussion: """
            The release is verified first; one that is revoked, unsigned or damaged is refused. Its image is put on the host \
            once, named by its digest, and checked there. Each machine is an overlay of it with a seed of its own.

            What is deployed is kept in the domains themselves, so that the same command, repeated, goes on from whatever \
            is there. --dry-run prints the steps and changes nothing.

            The exit code is 65 if the release does not verify, and 1 if a machine was not healthy in time; the fleet is \
            what it was before then.
            """)

    @Argument(help: ReleaseReference.help(besides: "a template or series, with --channel or --version"))
    var release: String

    @Option(help: "The fleet's name; its machines are NAME-1, NAME-2 and so on.")
    var name: String

    @Option(help: "How many machines.")
    var count = 1

    @Flag(name: [.customLong("dry-run"), .customLong("explain")], help: "Print the steps, and change nothing.")
    var isDryRun = false

    @OptionGroup var selection: DeployReleaseOptions
    @OptionGroup var host: KVMHostOptions
    @OptionGroup var shape: MachineShapeOptions
    @OptionGroup var rollout: RolloutOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard MachineRecord.isFleetName(name) else {
            throw ValidationError(
                "--name must be of small letters, digits and hyphens, at most 40, and begin with a letter")
        }
        guard (0...1000).contains(count) else { throw ValidationError("--count must be from 0 to 1000") }
    }

    func run() async throws {
        let host = try await host.host()
        let order = FleetOrder(
            name: name, count: count, shape: try await shape.shape(on: host), seed: try shape.seed(),
            strategy: try rollout.rollout(), health: rollout.health, switchCommand: rollout.switchCommand,
            shutdownDeadline: rollout.shutdownDeadline)
        try await selection.withImage(release, global) { image in
            let deployment = FleetDeployment(order, on: host)
            guard !isDryRun else {
                Talk.say("\(name) to \(image.image.template) \(image.image.version), \(image.image.sha256)")
                return try FleetReport.print(try await deployment.plan(image.image), global.format)
            }
            let lock = try await KVMHostOptions.lock(host.connection.uri, name, try global.state())
            let (machines, hasChanged) = try await deployment.run(image)
            withExtendedLifetime(lock) {}
            if !hasChanged { Talk.say("\(name) is at \(image.image.template) \(image.image.version) already") }
            try FleetReport.print(machines, global.format)
        }
    }
}
