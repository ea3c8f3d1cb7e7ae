internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// `imagefactory build`: from an installer ISO to a release.
struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds a template's image and leaves a release in the output folder.",
        discussion: "Finished stages are kept: a build that failed or was interrupted goes on from the last of them.")

    @OptionGroup var build: BuildOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: "What becomes of a machine that failed: clean (default) or keep.")
    var onFailure: FailurePolicy?

    func run() async throws {
        let folder = try global.templates()
        let template = try build.adjusted(try folder.load(build.template))
        let configuration = try Configuration(root: folder.root, environment: ProcessInfo.processInfo.environment)
        let state = try global.state()
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        try await AbandonedRuns(state: state).clean { Talk.say($0) }
        let run = try RunFolder.begin(template: template.name, version: Version.current, in: state)
        // What is refused before the first stage has ended too.
        defer { try? run.markEnded(.failed) }
        let policy = onFailure ?? configuration.onFailure
        let settings = machine.settings(configuration, state: state, keepsFailed: policy == .keep)
        let history = await BuildHistory(in: state, settings: settings, creating: true)
        defer { history.sayProblems() }
        let result = try await MachineRoom.with(settings, logger: logger) { runtime in
            try run.note(RunRecord.Resource(kind: AbandonedRuns.runtimeKind, name: runtime.path.string))
        } _: { room in
            let session = BuildSession(
                template: template, folder: folder, configuration: configuration, state: state, room: room)
            let runner = try session.runner(build, logger: logger)
            return try await runner.run(
                in: run, events: history.recording(beside: Printers.make(global.format)),
                estimates: history.estimates(of: template.name), accelerator: history.accelerator)
        }
        // With --format json the last event has named it.
        guard let release = result.release, global.format == .text else { return }
        Talk.result(release.string)
    }
}
