internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages

/// `imagefactory plan`: what a build would do, without doing it.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Says what a build would do: its stages, their keys, which are stored, and how long it takes.")

    @Argument(help: "The template's name.")
    var template: String

    @OptionGroup var build: BuildOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let folder = try global.templates()
        let template = try build.adjusted(try folder.load(self.template))
        let configuration = try Configuration(root: folder.root, environment: ProcessInfo.processInfo.environment)
        let state = try global.state()
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        let settings = machine.settings(configuration, state: state, keepsFailed: false)
        let history = await BuildHistory(in: state, settings: settings, creating: false)
        let plan = try await MachineRoom.with(settings, logger: logger, note: { _ in }) { room in
            try await BuildSession(
                template: template, folder: folder, configuration: configuration, state: state, room: room,
                known: KnownSecrets()
            ).runner(build, logger: logger).plan().estimated(by: history.estimates(of: template.name))
        }
        guard global.format == .text else { return try Talk.result(json: plan) }
        for line in Self.lines(plan) { Talk.result(line) }
        for case .web(let address) in configuration.releases { Talk.say(ReleasePlaces.note(on: address)) }
    }

    /// A line for each stage, and what all of it takes, where earlier runs tell that.
    private static func lines(_ plan: Plan) -> [String] {
        var time = TimeEstimate()
        for step in plan.steps where step.action == .run { time.add(step.seconds) }
        let rows = plan.steps.map { step in
            let seconds = time.text == nil ? [] : [step.seconds.map { "~" + StageList.time($0) } ?? ""]
            return [step.stage, step.key?.short ?? "", step.action.rawValue] + seconds + [step.reason]
        }
        return TextTable.lines(rows) + (time.text.map { ["it takes \($0), as earlier runs did"] } ?? [])
    }
}
