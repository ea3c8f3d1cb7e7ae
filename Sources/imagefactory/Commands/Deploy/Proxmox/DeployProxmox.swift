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
        if printRole { return template.role.commands.forEach(Talk.result) }
        let password = try machines.password()
        let client = try cluster.client(hiding: password.map { [$0] } ?? [])
        if machines.worksAlone {
            let plan = try template.plan(named: template.templateName ?? name ?? "")
            if isFleet { return try await rollOut(plan, password, through: client) }
            return try await report([], machines.run(plan, password: password, through: client))
        }
        try await release.withImage(name ?? "", global) { verified in
            let plan = try template.plan(named: template.templateName ?? verified.image.template)
            try await template.withSource(of: verified) { image in
                let deployment = TemplateDeployment(of: image, by: plan, through: client)
                if dryRun { return try await deployment.preview().forEach(Talk.result) }
                let templates = try await deployment.run()
                let lone = machines.isWanted && !isFleet
                try await report(
                    templates, lone ? machines.run(plan, password: password, through: client) : [])
                if isFleet { try await rollOut(plan, password, through: client) }
            }
        }
    }

    private func rollOut(_ plan: TemplatePlan, _ password: Secret?, through client: ProxmoxClient) async throws {
        let order = try machines.fleet(plan, rollout, password: password)
        let deployment = ProxmoxFleetDeployment(order, from: plan, through: client)
        guard !dryRun else { return try await deployment.preview().forEach { Talk.result("\($0)") } }
        let (members, hasChanged) = try await deployment.run()
        if !hasChanged { Talk.say("\(order.name) is what it is to be already") }
        try FleetReport.print(members, global.format)
    }

    private func report(_ templates: [DeployedTemplate], _ machines: [DeployedMachine]) throws {
        guard global.format == .text else {
            return try Talk.result(json: ProxmoxReport(templates: templates, machines: machines))
        }
        for template in templates {
            let state = template.isNew ? "now" : "already"
            Talk.result(
                "\(template.name)  \(template.vmid)  \(template.nodes.joined(separator: ","))  \(template.version)  \(state)"
            )
        }
        for machine in machines {
            let addresses = machine.addresses.joined(separator: " ")
            Talk.result(
                "\(machine.name)  \(machine.vmid)  \(machine.node)  \(machine.version)  \(machine.state.rawValue)  \(addresses)"
            )
        }
    }
}

/// What was deployed, as JSON.
private struct ProxmoxReport: Encodable {
    let templates: [DeployedTemplate]
    let machines: [DeployedMachine]
}
