internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// Templates to build, with all that a command was told about how, and how it is done.
struct BuildOrder {
    let templates: [Template]
    let folder: TemplateFolder
    let state: StateFolder
    let options: BuildOptions
    let signing: ReleaseSigningOptions
    let machine: MachineOptions
    /// What becomes of a machine that failed; nil for what the configuration says.
    var onFailure: FailurePolicy?
    /// How many builds may run at once; nil for as many as this host has room for.
    var jobs: Int?

    /// Builds the templates and tells how each ended, in their order.
    func run(printer: any EventSink) async throws -> [BuildBatch.Ending] {
        let configuration = try Configuration(root: folder.root, environment: ProcessInfo.processInfo.environment)
        let signer = try await signing.signer(configuration)
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        try await AbandonedRuns(state: state).clean { Talk.say($0) }
        let runs = try templates.map { try RunFolder.begin(template: $0.name, version: Version.current, in: state) }
        // What is refused before the first stage has ended too.
        defer { for run in runs { try? run.markEnded(.failed) } }
        let policy = onFailure ?? configuration.onFailure
        let settings = machine.settings(configuration, state: state, keepsFailed: policy == .keep)
        let history = await BuildHistory(in: state, settings: settings, creating: true)
        defer { history.sayProblems() }
        return try await MachineRoom.with(settings, logger: logger) { runtime in
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
                runners.append(try await session.runner(options, logger: logger))
            }
            let batch = BuildBatch(
                builds: zip(zip(templates, runs), runners).map { .init($0.0, $0.1, $1) }, history: history)
            return await batch.run(
                within: try HostFacts.share(state: state.root), limit: jobs, events: history.recording(beside: printer))
        }
    }
}
