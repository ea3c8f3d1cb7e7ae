internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import Foundation
internal import HostSystem
internal import Libvirt

/// `imagefactory fleet rollback`
struct FleetRollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Brings a fleet back to the release that it ran before.",
        discussion: """
            The fleet's machines remember that release. It is verified like any other: one that was revoked is refused. \
            Sizes, keys and user-data stay as they are now. 'reconcile' does not bring the fleet forward again until its \
            file or channel names another release, or --retry is given. The machines that are made do not remember the \
            release that was gone back from, so that a second rollback does not go forward to it.

            A rollback that was broken off is gone on with by the same command with --count: a fleet that is half-way \
            between releases does not tell how many machines are wanted.

            On a cluster, the template of that release must still be there: 'deploy proxmox --keep' says how many stay.
            """)

    @Argument(help: "The fleet's name.")
    var name: String

    @Option(help: "Go back to this version in place of the one before.")
    var to: String?

    @Option(help: "How many machines the fleet is to have (default: as many as there are, all of one release).")
    var count: Int?

    @Flag(name: [.customLong("dry-run"), .customLong("explain")], help: "Print the steps, and change nothing.")
    var isDryRun = false

    @Flag(help: "First fetch the tags and the locks of the channels from the remote.")
    var fetch = false

    @OptionGroup var host: KVMHostOptions
    @OptionGroup(title: "A Proxmox VE cluster, with --endpoint") var cluster: ProxmoxClusterOptions
    @OptionGroup var place: ProxmoxPlaceOptions

    @Option(
        help: "On a cluster: where the password of the machines' account is, if they have one: env:NAME, file:PATH.")
    var ciPassword: SecretSource?

    @OptionGroup var rollout: RolloutOptions
    @OptionGroup var trust: TrustOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try to.map(VersionArgument.check)
        guard (1...1000).contains(count ?? 1) else { throw ValidationError("--count must be from 1 to 1000") }
    }

    func run() async throws {
        guard cluster.isNamed else { return try await runOnHost() }
        let password = try ciPassword?.password(ProcessInfo.processInfo.environment)
        try await ClusterRollback(
            name: name, version: to, count: count, place: place, rollout: rollout, password: password,
            isDryRun: isDryRun
        ).run(
            on: try cluster.client(hiding: password.map { [$0] } ?? []), DeployDesk(trust: trust, fetches: fetch),
            global)
    }

    private func runOnHost() async throws {
        let host = try await host.host()
        let lock = try await KVMHostOptions.lock(host.connection.uri, name, try global.state())
        guard let rollback = try await FleetRollback(of: name, on: host) else {
            throw UnknownFleetError(name: name, host: host.connection.uri)
        }
        guard let target = rollback.target(to) else { throw FleetRollbackError.nothingBefore(name) }
        guard let count = count ?? rollback.count else {
            throw FleetRollbackError.halfWay(name, machines: rollback.present)
        }
        let order = FleetOrder(
            name: name, count: count, shape: rollback.edition.shape, seed: rollback.seed,
            strategy: try rollout.rollout(), health: rollout.health, switchCommand: rollout.switchCommand,
            shutdownDeadline: rollout.shutdownDeadline)
        try await DeployDesk(trust: trust, fetches: fetch).withSelection(global) { selection in
            let image = try await selection.image(target.template, .version(target.version))
            try rollback.check(image.image)
            let deployment = FleetDeployment(order, on: host)
            guard !isDryRun else {
                return try FleetReport.print(try await deployment.plan(image.image), global.format)
            }
            let isOther = image.image.release != rollback.edition.image.release
            let refused = isOther ? rollback.edition.fingerprint : nil
            let (machines, hasChanged) = try await deployment.run(image, refusing: refused)
            if !hasChanged { Talk.say("\(name) is at \(image.image.template) \(image.image.version) already") }
            try FleetReport.print(machines, global.format)
        }
        withExtendedLifetime(lock) {}
    }
}
