internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Options that say what machines are wanted.
struct ProxmoxMachineOptions: ParsableArguments {
    @Flag(help: "Make machines of the template that is in use, and leave it as it is.")
    var clone = false

    @Flag(help: "Remove the machines of --name; of several with the same --count that they were made with.")
    var removeMachines = false

    @Option(help: "How many machines are wanted (default: 1 with --name).")
    var count: Int?

    @Option(name: .customLong("name"), help: "Their name; several are numbered: web-1, web-2.")
    var machineName: String?

    @Flag(help: "Replace machines of another release, each after its successor is up.")
    var replace = false

    @Option(help: "The size that their disk grows to: 40GiB.")
    var disk: ByteCount?

    @Option(help: "The account that cloud-init makes.")
    var ciUser: String?

    @Option(help: "Where that account's password is: env:NAME, or file:PATH (its first line).")
    var ciPassword: SecretSource?

    @Option(help: "A file with public SSH keys that may log in; may be given several times.")
    var sshKey: [String] = []

    @Option(help: "Their address: dhcp, or ADDRESS/BITS[,gw=ADDRESS] for one machine.")
    var ip = "dhcp"

    /// Whether nothing is done to the template.
    var worksAlone: Bool { clone || removeMachines }

    /// Whether there are machines to make.
    var isWanted: Bool { machineName != nil }

    func check() throws {
        guard !(clone && removeMachines) else {
            throw ValidationError("--clone and --remove-machines exclude each other")
        }
        guard machineName != nil || !worksAlone && count == nil && !replace else {
            throw ValidationError("--name is needed: what the machines are called")
        }
        guard ip == "dhcp" || address != nil else {
            throw ValidationError("--ip is dhcp, or ADDRESS/BITS with ,gw=ADDRESS where there is a gateway")
        }
        guard ip == "dhcp" || (count ?? 1) == 1 && !replace else {
            throw ValidationError("one --ip is for one machine, and cannot be its successor's at the same time")
        }
        guard ciPassword == nil || ciUser != nil else {
            throw ValidationError("--ci-password is that of the account --ci-user")
        }
        guard ciUser.map({ $0.wholeMatch(of: /[a-z_][a-z0-9_\-]{0,31}/) != nil }) ?? true else {
            throw ValidationError("--ci-user is the name of an account")
        }
    }

    private var address: String? {
        guard ip != "dhcp" else { return "ip=dhcp" }
        let form = /[0-9A-Fa-f.:]{2,45}\/[0-9]{1,3}(,gw=[0-9A-Fa-f.:]{2,45})?/
        guard ip.wholeMatch(of: form) != nil else { return nil }
        guard ip.prefix(while: { $0 != "/" }).contains(":") else { return "ip=\(ip)" }
        return "ip6=" + ip.replacing(",gw=", with: ",gw6=")
    }

    /// The password of the machines' account; nil for none.
    func password() throws -> Secret? {
        try ciPassword?.password(ProcessInfo.processInfo.environment)
    }

    /// Does what is wanted.
    func run(
        _ plan: TemplatePlan, password: Secret?, through client: ProxmoxClient
    ) async throws -> [DeployedMachine] {
        var machines = try MachinePlan(name: machineName ?? "", count: count ?? 1)
        machines.shape = try shape(plan, password)
        machines.replaces = replace
        let deployment = MachineDeployment(of: machines, from: plan, through: client)
        return try await removeMachines ? deployment.remove() : deployment.run()
    }

    /// The fleet that is wanted.
    func fleet(_ plan: TemplatePlan, _ rollout: RolloutOptions, password: Secret?) throws -> ProxmoxFleetOrder {
        var health = rollout.health
        health.checks += plan.checks.map { .command($0) }
        return try ProxmoxFleetOrder(
            name: machineName ?? "", count: count ?? 1, shape: try shape(plan, password),
            strategy: try rollout.rollout(), health: health, switchCommand: rollout.switchCommand,
            shutdownDeadline: rollout.shutdownDeadline)
    }

    private func shape(_ plan: TemplatePlan, _ password: Secret?) throws -> CloneShape {
        var shape = CloneShape()
        shape.disk = disk
        shape.user = ciUser
        shape.password = password.map { .known($0) }
        shape.keys = try sshKey.flatMap { try CloudSeed.keys(in: FilePath($0)) }
        shape.address = address ?? "ip=dhcp"
        shape.isFull = plan.clonesFully
        return shape
    }
}
