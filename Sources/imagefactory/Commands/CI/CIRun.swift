internal import ArgumentParser
internal import ContinuousIntegration
internal import Foundation
internal import HostSystem
internal import Pipeline

/// `imagefactory ci run`
struct CIRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Decides from a job's event what to do, does it, and reports in the forge's own way.",
        discussion: """
            It reads the environment of GitHub Actions, GitLab CI and Gitea Actions. A tag SERIES/vX.Y.Z asks for a build, \
            which ends by the tag of the dev channel; so does a dispatch with the inputs template and version (TEMPLATE \
            and VERSION for GitLab). Branches, pull requests and other tags build nothing. Nothing is built of a tag that \
            was moved, that the ledger refuses, or that is not what is checked out.

            With --hook a push is read as git tells it to its hooks: as the arguments REF OLD NEW of 'update', or else as \
            the lines 'OLD NEW REF' on standard input of 'post-receive'.
            """)

    @Argument(help: "With --hook: REF OLD NEW.")
    var push: [String] = []

    @Flag(help: "Read the push as a hook of a git repository is told of it.")
    var hook = false

    @Flag(help: "Decide, and look at the checkout, but build nothing.")
    var dryRun = false

    @Option(help: "A file for the stages and the guest's tests, as JUnit XML.")
    var junit: String?

    @OptionGroup var signing: ReleaseSigningOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    /// Clashes between the arguments.
    func validate() throws {
        guard push.isEmpty || hook else { throw ValidationError("a push is named only with --hook") }
        guard push.isEmpty || push.count == 3 else { throw ValidationError("a push is REF OLD NEW") }
    }

    func run() async throws {
        let environment = CIEnvironment(variables: ProcessInfo.processInfo.environment)
        guard let forge = hook ? .hook : environment.forge else { throw CIRefusal.noJob }
        do {
            let job = CIJob(
                forge: forge, environment: environment, folder: try global.templates(), state: try global.state(),
                signing: signing, machine: machine, ledger: ledger, global: global, isDryRun: dryRun, junit: junit)
            for event in try events(environment) { try await job.handle(event) }
        } catch let error as StageError {
            // The report has told it.
            throw ExitCode(ExitStatus(error).rawValue)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            for annotation in Annotation.of(error) {
                for line in forge.dialect.annotation(annotation) { Talk.say(line) }
            }
            throw ExitCode(ExitStatus(error).rawValue)
        }
    }

    /// The longest push that is read from standard input, in bytes.
    private static let longestPush = 4 << 20

    private func events(_ environment: CIEnvironment) throws -> [CIEvent] {
        guard hook else { return [try environment.event()] }
        guard push.isEmpty else { return [try HookEvents.read(arguments: push)] }
        let input = try FileHandle.standardInput.read(upToCount: Self.longestPush) ?? Data()
        guard input.count < Self.longestPush else { throw CIRefusal.badPush("it is longer than 4 MiB") }
        return try HookEvents.read(lines: String(decoding: input, as: UTF8.self))
    }
}
