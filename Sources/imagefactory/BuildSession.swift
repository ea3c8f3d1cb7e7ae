internal import Foundation
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages

/// What a build and a plan have in common: a template, its pipeline and the stages made from both.
struct BuildSession {
    let template: Template
    let folder: TemplateFolder
    let configuration: Configuration
    let state: StateFolder
    let room: MachineRoom

    /// The runner of the template's pipeline.
    func runner(_ options: BuildOptions, logger: Logger) throws -> Runner {
        let pipeline = try folder.pipeline(template.pipeline, stages: StageCatalog.types.map { $0.name })
        let secrets = AnswerSecrets(
            stateKey: { [state] in try state.secretKey() }, environment: ProcessInfo.processInfo.environment)
        let machines = BuildMachines(template: template, room: room, secrets: secrets)
        let stages = try StageCatalog.stages(
            of: pipeline, machines: machines, state: state, request: options.request(configuration))
        return try Runner(
            template: template.name, stages: stages, store: state.store, sharedBoot: GuestBoot(machines: machines),
            options: options.runnerOptions, logger: logger)
    }
}
