internal import ArgumentParser
internal import Foundation
internal import Pipeline

/// `imagefactory run schema`
struct RunSchema: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of the events that 'build --format json' and 'run logs --format json' print.")

    @OptionGroup var global: GlobalOptions

    func run() {
        Talk.result(RunEvent.schema.trimmingCharacters(in: .newlines))
    }
}
