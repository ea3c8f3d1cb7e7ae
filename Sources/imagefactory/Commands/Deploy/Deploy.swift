internal import ArgumentParser

/// `imagefactory deploy`: releases into use.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Puts a release that verifies into use.", subcommands: [DeployProxmox.self])
}
