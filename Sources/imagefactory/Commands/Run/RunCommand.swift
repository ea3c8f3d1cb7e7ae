internal import ArgumentParser
internal import Pipeline

/// `imagefactory run`: the runs of this host, those that go on and those that are over.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Lists runs, and shows their stages, logs and screens.",
        subcommands: [RunList.self, RunShow.self, RunLogs.self, RunScreenshot.self, RunSchema.self])
}

/// The run that a command is about.
struct RunArgument: ParsableArguments {
    @Argument(help: "The run: the beginning or the end of its id; without it, the newest.")
    var run: String?

    @OptionGroup var global: GlobalOptions

    /// The run.
    ///
    /// - Throws: `UnknownRunError`.
    func load() async throws -> RecordedRun {
        try await global.runBook().run(named: run)
    }
}

extension GlobalOptions {
    /// All runs that are known.
    func runBook() async throws -> RunBook {
        let state = try state()
        return RunBook(state: state, history: await History.open(in: state, creating: false) { Talk.warn($0) })
    }
}
