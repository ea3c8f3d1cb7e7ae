internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// `imagefactory build`: from an installer ISO to a release; several templates are built side by side.
struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds templates' images and leaves releases in the output folder.",
        discussion: """
            Finished stages are kept: a build that failed or was interrupted goes on from the last of them. Several \
            templates are built at once, as far as this host has memory, processors and space for them; what two of \
            them have in common is made once.
            """)

    @Argument(help: "The templates' names.")
    var templates: [String]

    @Option(help: "How many builds may run at once; without it, as many as this host has room for.")
    var jobs: Int?

    @OptionGroup var build: BuildOptions
    @OptionGroup var signing: ReleaseSigningOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: "What becomes of a machine that failed: clean (default) or keep.")
    var onFailure: FailurePolicy?

    /// Clashes between the arguments.
    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); at least one build must run") }
        let twice = templates.enumerated().first { templates[..<$0.offset].contains($0.element) }
        if let twice { throw ValidationError("the template '\(twice.element)' is named twice") }
    }

    func run() async throws {
        let folder = try global.templates()
        let templates = try templates.map { try build.adjusted(try folder.load($0)) }
        let configuration = try Configuration(root: folder.root, environment: ProcessInfo.processInfo.environment)
        let signer = try await signing.signer(configuration)
        let state = try global.state()
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        try await AbandonedRuns(state: state).clean { Talk.say($0) }
        let runs = try templates.map { try RunFolder.begin(template: $0.name, version: Version.current, in: state) }
        // What is refused before the first stage has ended too.
        defer { for run in runs { try? run.markEnded(.failed) } }
        let policy = onFailure ?? configuration.onFailure
        let settings = machine.settings(configuration, state: state, keepsFailed: policy == .keep)
        let history = await BuildHistory(in: state, settings: settings, creating: true)
        defer { history.sayProblems() }
        let printer = Printers.make(global.format, namesTemplates: templates.count > 1)
        let endings = try await MachineRoom.with(settings, logger: logger) { runtime in
            let resource = RunRecord.Resource(kind: AbandonedRuns.runtimeKind, name: runtime.path.string)
            for run in runs { try run.note(resource) }
        } _: { room in
            let known = KnownSecrets()
            Talk.hide(by: known.redact)
            var runners: [Runner] = []
            for template in templates {
                let session = BuildSession(
                    template: template, folder: folder, configuration: configuration, state: state, room: room,
                    known: known, signer: signer, passphraseVariable: try signing.passphraseVariable(configuration))
                runners.append(try await session.runner(build, logger: logger))
            }
            let batch = BuildBatch(
                builds: zip(zip(templates, runs), runners).map { .init($0.0, $0.1, $1) }, history: history)
            return await batch.run(
                within: try HostFacts.share(state: state.root), limit: jobs, events: history.recording(beside: printer))
        }
        try report(endings)
    }

    /// Prints the releases, and throws what went wrong.
    private func report(_ endings: [BuildBatch.Ending]) throws {
        var firstStatus: Int32?
        for ending in endings {
            switch ending.result {
            case .success(let result):
                // With --format json the last event has named it.
                if let release = result.release, global.format == .text { Talk.result(release.string) }
            case .failure(let error):
                guard endings.count > 1 else { throw error }
                let status = ExitStatus.report(NamedBuildError(template: ending.template, cause: error))
                if firstStatus == nil { firstStatus = status }
            }
        }
        if let firstStatus { throw ExitCode(firstStatus) }
    }
}
