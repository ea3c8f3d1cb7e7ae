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
        guard !(dryRun && machines.worksAlone) else {
            throw ValidationError("--dry-run is for templates; --clone and --remove-machines are not.")
        }
        try machines.check()
    }

    func run() async throws {
        if printRole { return template.role.commands.forEach(Talk.result) }
        let client = try cluster.client()
        if machines.worksAlone {
            let plan = try template.plan(named: template.templateName ?? name ?? "")
            return try await report([], machines.run(plan, through: client))
        }
        try await release.withImage(name ?? "", global) { verified in
            let plan = try template.plan(named: template.templateName ?? verified.image.template)
            try await template.withSource(of: verified) { image in
                let deployment = TemplateDeployment(of: image, by: plan, through: client)
                if dryRun { return try await deployment.preview().forEach(Talk.result) }
                let templates = try await deployment.run()
                try await report(templates, machines.isWanted ? machines.run(plan, through: client) : [])
            }
        }
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
