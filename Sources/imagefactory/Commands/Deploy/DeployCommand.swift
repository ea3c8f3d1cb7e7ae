internal import ArgumentParser

/// `imagefactory deploy`: what verifies, onto hosts.
struct DeployCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy", abstract: "Puts what verifies onto hosts, as machines.",
        subcommands: [DeployKVM.self])
}
