internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages
internal import SystemPackage

/// What a build and a plan have in common: a template, its pipeline and the stages made from both.
struct BuildSession {
    let template: Template
    let folder: TemplateFolder
    let configuration: Configuration
    let state: StateFolder
    let room: MachineRoom
    /// What builds must not tell; those that run side by side share it.
    let known: KnownSecrets
    /// The key that signs the release; nil for one that nobody signs.
    var signer: PrivateKey?
    /// The environment variable that holds the key's passphrase, which nothing that a build runs may tell.
    var passphraseVariable: String?

    /// The runner of the template's pipeline.
    func runner(_ options: BuildOptions, logger: Logger) async throws -> Runner {
        let pipeline = try folder.pipeline(template.pipeline, stages: StageCatalog.types.map { $0.name })
        let environment = ProcessInfo.processInfo.environment
        let secrets = AnswerSecrets(
            stateKey: { [state] in try state.secretKey() }, environment: environment, known: known)
        secrets.learn(template.answers)
        if let variable = passphraseVariable, let text = environment[variable] { known.add(Secret(text)) }
        let machines = BuildMachines(template: template, room: room, secrets: secrets)
        var request = options.request(configuration)
        request.signer = signer
        for file in try folder.files(of: template) {
            request.recipe[file.string] = try await Digest.of(file: folder.root.pushing(file))
        }
        let stages = try StageCatalog.stages(of: pipeline, machines: machines, state: state, request: request)
        var runnerOptions = options.runnerOptions
        let provision = stages.compactMap { $0 as? Provision }.first
        if let provision, runnerOptions.from == nil {
            let isTooOld = try await provision.isTooOld()
            if options.refresh || isTooOld { runnerOptions.from = provision.name }
        }
        return try Runner(
            template: template.name, stages: stages, store: state.store,
            sharedBoot: GuestBoot(
                machines: machines,
                checkpoints: Checkpoints(folder: configuration.checkpoints == .on ? state.checkpoints : nil)),
            options: runnerOptions, redact: known.redact, logger: logger)
    }
}
