internal import ArgumentParser
internal import Attestation
internal import Deployment
internal import HostSystem
internal import SystemPackage

/// `imagefactory deploy proxmox`: a release as a template of a Proxmox VE cluster, and machines cloned from it.
struct DeployProxmox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxmox",
        abstract: "Brings a release to a Proxmox VE cluster as a template, and makes machines of it.",
        discussion: """
            The release is verified, the cluster looked at, the image uploaded with its checksum, a machine made of it and \
            turned into a template; a clone of that starts and is asked whether it is well. Only then does the new template \
            get the name of the old one, on every node; at no moment is there none. A try that failed or was killed is gone \
            on with by the same command.

            The token comes from a variable or a file, as USER@REALM!NAME=SECRET. --print-role prints the rights that it \
            needs. Which certificate the server must have is decided before the token is sent: the system's authorities, \
            --ca-file, or --fingerprint alone.

            With --strategy, the machines of --name are a fleet: those of another release are replaced as the strategy says, \
            the fleet goes back by itself if one is not healthy, and 'imagefactory fleet' shows it with --endpoint.

            The exit code is 65 if the release does not verify, 69 if the cluster cannot be reached or lacks something, and \
            75 if somebody else works on the same machine.
            """)

    @Argument(
        help: "The template's name or its series, with --channel; or a release: NAME/VERSION, a folder, an address.")
    var name: String?

    @OptionGroup(title: "The release") var release: DeployReleaseOptions
    @OptionGroup(title: "The cluster") var cluster: ProxmoxClusterOptions
    @OptionGroup(title: "The template") var template: ProxmoxTemplateOptions
    @OptionGroup(title: "Machines") var machines: ProxmoxMachineOptions
    @OptionGroup(title: "A fleet, with --strategy") var rollout: RolloutOptions

    @Flag(help: "Look at all and say what would be done, and do nothing.")
    var dryRun = false

    @Flag(help: "Print the commands that give a token the least rights, and do nothing else.")
    var printRole = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard !printRole else { return }
        guard cluster.endpoint != nil else { throw ValidationError("--endpoint is needed: https://HOST[:8006]") }
        guard template.storage != nil else { throw ValidationError("--storage is needed: where the disks will be") }
        guard machines.worksAlone || name != nil else { throw ValidationError("Name a template, or a release.") }
        guard !machines.worksAlone || template.templateName ?? name != nil else {
            throw ValidationError("--clone and --remove-machines need the template's name, or --template-name.")
        }
        guard !dryRun || !machines.worksAlone || machines.clone && isFleet else {
            throw ValidationError("--dry-run is for templates and fleets; --clone without --strategy is not.")
        }
        guard !isFleet || machines.isWanted && !machines.removeMachines && !machines.replace && machines.ip == "dhcp"
        else {
            throw ValidationError("--strategy is for a fleet: with --name, with --ip dhcp, and without --replace.")
        }
        try machines.check()
    }

    /// Whether the machines are a fleet.
    private var isFleet: Bool { rollout.strategy != nil }

    func run() async throws {
        if printRole { return try FleetReport.print(lines: template.role.commands, global.format) }
        let password = try machines.password()
        let client = try cluster.client(hiding: password.map { [$0] } ?? [])
        guard !machines.worksAlone else { return try await runAlone(password, through: client) }
        try await release.withImage(name ?? "", global) { verified in
            let plan = try template.plan(named: template.templateName ?? verified.image.template)
            try await template.withSource(of: verified) { image in
                let deployment = TemplateDeployment(of: image, by: plan, through: client)
                if dryRun { return try FleetReport.print(lines: try await deployment.preview(), global.format) }
                let templates = try await deployment.run()
                if global.format == .text { print(templates) }
                let isLone = machines.isWanted && !isFleet
                try await report(
                    templates, isLone ? machines.run(plan, password: password, through: client) : [],
                    isFleet ? rollOut(fleet(plan, password, through: client)) : nil)
            }
        }
    }

    /// Does what is wanted of machines, and nothing to the template.
    private func runAlone(_ password: Secret?, through client: ProxmoxClient) async throws {
        let plan = try template.plan(named: template.templateName ?? name ?? "")
        guard isFleet else {
            return try await report([], machines.run(plan, password: password, through: client), nil)
        }
        let fleet = try fleet(plan, password, through: client)
        guard !dryRun else { return try FleetReport.print(try await fleet.preview(), global.format) }
        try FleetReport.print(try await rollOut(fleet), global.format)
    }

    private func fleet(
        _ plan: TemplatePlan, _ password: Secret?, through client: ProxmoxClient
    ) throws -> ProxmoxFleetDeployment {
        ProxmoxFleetDeployment(
            try machines.fleet(plan, rollout, password: password), from: plan, through: client)
    }

    private func rollOut(_ fleet: ProxmoxFleetDeployment) async throws -> [FleetMember] {
        let (members, hasChanged) = try await fleet.run()
        if !hasChanged { Talk.say("\(machines.machineName ?? "") is what it is to be already") }
        return members
    }

    /// Prints what was made: for people without the templates, which they have seen already.
    private func report(
        _ templates: [DeployedTemplate], _ machines: [DeployedMachine], _ fleet: [FleetMember]?
    ) throws {
        guard global.format == .text else {
            return try Talk.result(json: ProxmoxReport(templates: templates, machines: machines, fleet: fleet))
        }
        for machine in machines {
            let addresses = machine.addresses.joined(separator: " ")
            Talk.result(
                "\(machine.name)  \(machine.vmid)  \(machine.node)  \(machine.version)  \(machine.state.rawValue)  \(addresses)"
            )
        }
        if let fleet { try FleetReport.print(fleet, global.format) }
    }

    private func print(_ templates: [DeployedTemplate]) {
        for template in templates {
            let state = template.isNew ? "now" : "already"
            Talk.result(
                "\(template.name)  \(template.vmid)  \(template.nodes.joined(separator: ","))  \(template.version)  \(state)"
            )
        }
    }
}

/// What was deployed, as JSON.
private struct ProxmoxReport: Encodable {
    let templates: [DeployedTemplate]
    let machines: [DeployedMachine]
    /// The machines of the fleet; nil where none was wanted.
    let fleet: [FleetMember]?
}
