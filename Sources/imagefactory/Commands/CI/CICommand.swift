internal import ArgumentParser

/// `imagefactory ci`: builds that a tag asks for, on a forge or behind a plain git repository.
struct CICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ci", abstract: "Builds what a pushed tag asks for, as a job of a forge or from a git hook.",
        subcommands: [CIRun.self, CIGenerate.self])
}
