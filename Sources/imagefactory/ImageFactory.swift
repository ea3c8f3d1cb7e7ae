internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Machines

/// The program: it names its commands, runs one of them, and turns how it ended into an exit code.
@main
struct ImageFactory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "imagefactory",
        abstract: "Builds golden images from an installer ISO on KVM, and leaves sealed, tested releases.",
        discussion: """
            Begin with 'imagefactory build lab-debian13': it makes a small installer ISO and a whole image from it, and \
            needs nothing but this host. 'imagefactory --version' prints the version.
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Images", subcommands: [Build.self, PlanCommand.self, TemplateCommand.self, RunCommand.self]),
            CommandGroup(
                name: "Image files", subcommands: [Convert.self, Inspect.self, SealCommand.self, Audit.self]),
            CommandGroup(
                name: "Evidence", subcommands: [Verify.self, Diff.self, SBOM.self, Sign.self, KeyCommand.self]),
            CommandGroup(
                name: "Promotion",
                subcommands: [
                    Release.self, Promote.self, Approve.self, Rollback.self, Revoke.self, ChannelsCommand.self,
                    Log.self, MetricsCommand.self, CICommand.self,
                ]),
            CommandGroup(
                name: "Deployment",
                subcommands: [DeployCommand.self, FleetCommand.self, Reconcile.self, ImagesCommand.self]),
            CommandGroup(name: "This host", subcommands: [Doctor.self, GC.self, LabISOCommand.self]),
        ])

    static func main() async {
        BrokenPipes.survive()
        Adoption.begin()
        let task = Task { await runToEnd() }
        let signals = SignalCancellation(of: task)
        let code = await task.value
        signals.stop()
        Foundation.exit(code)
    }

    private static func runToEnd() async -> Int32 {
        // Not the parser's own flag: that one holds for every command, where '--version' names a release's version.
        guard Array(CommandLine.arguments.dropFirst()) != ["--version"] else {
            Talk.result(Version.current)
            return ExitStatus.done.rawValue
        }
        do {
            var command = try parseAsRoot()
            if var asyncCommand = command as? any AsyncParsableCommand {
                try await asyncCommand.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch {
            return ExitStatus.report(error)
        }
    }
}

/// The version of this program.
enum Version {
    /// Raised with every release of the factory.
    static let current = "0.1.0"
}
