internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import Stages
internal import SystemPackage

/// What becomes of a machine that failed.
enum FailurePolicy: String, ExpressibleByArgument, CaseIterable {
    /// It stays as it is, for a person to look at.
    case keep
    /// It is removed.
    case clean
}

/// Options that shape a build; `plan` takes them too, so that it can say what such a build would do.
struct BuildOptions: ParsableArguments {
    @Argument(help: "The template's name.")
    var template: String

    @Option(help: "The release's version, such as v1.2.0; without it, one is made from the image's content.")
    var version: String?

    @Option(help: "An installer ISO in place of the template's.")
    var iso: String?

    @Option(help: "The folder for releases (default: output/ beside templates/).")
    var output: String?

    @Option(help: "Run this stage and those after it, even if their results are stored.")
    var from: String?

    @Option(help: "Stop after this stage.")
    var until: String?

    @Flag(help: "Make everything anew, also what is stored.")
    var noCache = false

    /// Clashes between the options.
    func validate() throws {
        guard let version else { return }
        if let problem = ReleaseVersion.problem(with: version) { throw ValidationError(problem) }
    }

    /// The runner's part of the options.
    var runnerOptions: Runner.Options {
        Runner.Options(from: from, until: until, usesCache: !noCache)
    }

    /// The stages' part of the options.
    func request(_ configuration: Configuration) -> BuildRequest {
        BuildRequest(
            iso: iso.map { FilePath($0).absolute }, version: version,
            output: output.map { FilePath($0).absolute } ?? configuration.output)
    }
}
