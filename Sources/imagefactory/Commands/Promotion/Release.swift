internal import ArgumentParser
internal import Attestation
internal import Promotion

/// `imagefactory release`: the tag that asks for a build.
struct Release: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks for a build of a version, by a tag on the commit that is checked out.",
        discussion: """
            The tag SERIES/VERSION is what a CI job waits for. It is refused while the work tree has changes that are in \
            no commit, or the commit is on no branch of the remote: nobody else could build that.
            """)

    @Argument(help: "The template's name, or that of its series.")
    var name: String

    @Argument(help: "The version, such as v1.2.0.")
    var version: String

    @Flag(help: "Leave out what is not committed.")
    var allowDirty = false

    @Flag(help: "Take a commit that no branch of the remote has.")
    var allowUnpushed = false

    @OptionGroup var ledger: TagWritingOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try VersionArgument.check(version)
    }

    func run() async throws {
        let place = try await LedgerPlace(global)
        let (series, template) = try place.series(named: name)
        var request = RequestBuild(
            at: try await ledger.desk(place, global), series: series, template: template, version: version)
        request.allowsDirty = allowDirty
        request.allowsUnpushed = allowUnpushed
        let (tag, isNew) = try await request.run()
        try TagReport.print(
            tag, isNew: isNew, global.format,
            saying: isNew
                ? "\(series) \(version) is asked for, of the commit \(tag.commit.short)"
                : "\(series) \(version) was asked for already, by \(tag.author)")
    }
}

/// Versions on a command line.
enum VersionArgument {
    /// Refuses what is no version.
    static func check(_ version: String) throws {
        if let problem = ReleaseVersion.problem(with: version) { throw ValidationError(problem) }
    }
}

extension Channel: ExpressibleByArgument {}
