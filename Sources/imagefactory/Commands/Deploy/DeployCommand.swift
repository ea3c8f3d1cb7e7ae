internal import ArgumentParser

/// `imagefactory deploy`: what verifies, onto hosts and clusters.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Puts what verifies onto hosts and clusters.",
        subcommands: [DeployKVM.self, DeployProxmox.self])
}
