internal import ArgumentParser
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// `imagefactory build`: from an installer ISO to a release; several templates are built side by side.
struct Build: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Builds templates' images and leaves releases in the output folder.",
        discussion: """
            Finished stages are kept: a build that failed or was interrupted goes on from the last of them. Several \
            templates are built at once, as far as this host has memory, processors and space for them; what two of \
            them have in common is made once.
            """)

    @Argument(help: "The templates' names.")
    var templates: [String]

    @Option(help: "How many builds may run at once; without it, as many as this host has room for.")
    var jobs: Int?

    @OptionGroup var build: BuildOptions
    @OptionGroup var signing: ReleaseSigningOptions
    @OptionGroup var machine: MachineOptions
    @OptionGroup var global: GlobalOptions

    @Option(help: "What becomes of a machine that failed: clean (default) or keep.")
    var onFailure: FailurePolicy?

    @Flag(help: "Do not tag the release for dev at the end, as --version does inside a git checkout.")
    var noTag = false

    @OptionGroup var ledger: TagWritingOptions

    /// Clashes between the arguments.
    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs); at least one build must run") }
        let twice = templates.enumerated().first { templates[..<$0.offset].contains($0.element) }
        if let twice { throw ValidationError("the template '\(twice.element)' is named twice") }
    }

    func run() async throws {
        let folder = try global.templates()
        let order = BuildOrder(
            templates: try templates.map { try build.adjusted(try folder.load($0)) }, folder: folder,
            state: try global.state(), options: build, signing: signing, machine: machine, onFailure: onFailure,
            jobs: jobs)
        try await report(
            try await order.run(printer: Printers.make(global.format, namesTemplates: templates.count > 1)))
    }

    /// Prints the releases, tags those that have a version, and throws what went wrong.
    private func report(_ endings: [BuildBatch.Ending]) async throws {
        var firstStatus: Int32?
        for ending in endings {
            do {
                guard let release = try ending.result.get().release else { continue }
                // With --format json the last event has named it.
                if global.format == .text { Talk.result(release.string) }
                guard build.version != nil, !noTag else { continue }
                try await DevTag(ledger: ledger, global: global).place(release, template: ending.template)
            } catch {
                guard endings.count > 1 else { throw error }
                let status = ExitStatus.report(NamedBuildError(template: ending.template, cause: error))
                if firstStatus == nil { firstStatus = status }
            }
        }
        if let firstStatus { throw ExitCode(firstStatus) }
    }
}
