internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// `imagefactory run logs`
struct RunLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Prints what a run or one of its stages told, or one of its log files.",
        discussion: """
            Without options it prints the run's events, as lines; with --format json, as they are. The files beside \
            them, such as the consoles of its machines, are printed with --file.
            """)

    @OptionGroup var argument: RunArgument

    @Option(help: "Only this stage: its events, and the log that it wrote.")
    var stage: String?

    @Option(help: "A file of the run's folder for logs, such as console-install.log.")
    var file: String?

    @Flag(help: "Go on printing until the run is over.")
    var follow = false

    func validate() throws {
        if stage != nil, file != nil { throw ValidationError("--stage and --file exclude each other.") }
        if file != nil, argument.global.format == .json {
            throw ValidationError("--format json prints events, and --file prints text.")
        }
    }

    func run() async throws {
        let run = try await argument.load()
        guard let folder = run.folder else {
            throw UsageError(
                description: "the folder of the run \(run.summary.id) was removed; 'run show' says what is remembered")
        }
        var sources = try sources(run, folder)
        // A reader that goes away has seen enough.
        signal(SIGPIPE, SIG_DFL)
        while true {
            // What is printed after the answer "no" is all there will ever be.
            let goesOn = follow && folder.isAlive
            for index in sources.indices { try sources[index].print() }
            guard goesOn else { break }
            try await ContinuousClock().sleep(for: .milliseconds(250))
        }
        for index in sources.indices { sources[index].printRest() }
    }

    private func sources(_ run: RecordedRun, _ folder: RunPlaces) throws -> [LogSource] {
        if let file {
            let names = folder.logs.folderEntries
            guard names.contains(file) else {
                let advice = file.didYouMean(names) ?? "there are " + names.joined(separator: ", ")
                throw UsageError(description: "'\(file)' is no log file of the run \(run.summary.id); \(advice)")
            }
            return [LogSource(folder.logs.appending(file))]
        }
        let isJSON = argument.global.format == .json
        let journal = LogSource(folder.journal) { [stage] line in
            Self.text(of: line, stage: stage, isJSON: isJSON)
        }
        guard let stage else { return [journal] }
        let stages = run.summary.stages.map(\.name)
        guard stages.contains(stage) else {
            let advice = stage.didYouMean(stages) ?? "the stages are " + stages.joined(separator: ", ")
            throw UsageError(description: "'\(stage)' is not a stage of the run \(run.summary.id); \(advice)")
        }
        return isJSON ? [journal] : [journal, LogSource(folder.logs.appending("\(stage).log"))]
    }

    /// A line of the journal, as it is printed; nil if it is not.
    private static func text(of line: String, stage: String?, isJSON: Bool) -> String? {
        guard let event = try? JSONDecoder().decode(RunEvent.self, from: Data(line.utf8)) else { return nil }
        if let stage, event.stage != stage { return nil }
        guard !isJSON else { return line }
        return PlainPrinter.line(for: event).map { "\(RunReport.moment(event.time).suffix(8)) \($0)" }
    }
}
