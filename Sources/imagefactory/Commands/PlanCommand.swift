internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Machines
internal import Pipeline
internal import Stages

/// `imagefactory plan`: what a build would do, without doing it.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Says what a build would do: its stages, their keys, and which are stored.")

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
        let plan = try await MachineRoom.with(settings, logger: logger, note: { _ in }) { room in
            try await BuildSession(
                template: template, folder: folder, configuration: configuration, state: state, room: room
            ).runner(build, logger: logger).plan()
        }
        guard global.format == .text else { return try Talk.result(json: plan) }
        let width = plan.steps.map(\.stage.count).max() ?? 0
        for step in plan.steps {
            let name = step.stage.padding(toLength: width, withPad: " ", startingAt: 0)
            let action = step.action.rawValue.padding(toLength: 10, withPad: " ", startingAt: 0)
            Talk.result("\(name)  \(step.key?.short ?? "            ")  \(action)  \(step.reason)")
        }
    }
}
