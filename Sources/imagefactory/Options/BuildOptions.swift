internal import ArgumentParser
internal import Attestation
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
    @Option(help: "The release's version, such as v1.2.0; without it, one is made from the image's content.")
    var version: String?

    @Option(help: "An installer ISO in place of the template's.")
    var iso: String?

    @Option(help: "The formats in place of the template's, with commas between: qcow2,vmdk,vhd,ova,raw.")
    var formats: String?

    @Option(help: "The folder for releases (default: output/ beside templates/).")
    var output: String?

    @Option(help: "Run this stage and those after it, even if their results are stored.")
    var from: String?

    @Option(help: "Stop after this stage.")
    var until: String?

    @Flag(help: "Make everything anew, also what is stored.")
    var noCache = false

    @Flag(help: "Provision anew, so that package repositories are read as they are now.")
    var refresh = false

    /// Clashes between the options.
    func validate() throws {
        if let problem = version.flatMap(ReleaseVersion.problem) { throw ValidationError(problem) }
        _ = try formatNames()
    }

    /// The template with what these options say in the place of what it says.
    ///
    /// - Throws: ``UsageError``, when its disk cannot be written so.
    func adjusted(_ template: Template) throws -> Template {
        guard let names = try formatNames() else { return template }
        for name in names {
            guard let (reason, suggestion) = template.obstacle(to: name) else { continue }
            throw UsageError(description: "--formats \(name.rawValue): \(reason); \(suggestion)")
        }
        var template = template
        template.replaceFormats(by: names)
        return template
    }

    private func formatNames() throws -> [Template.Format.Name]? {
        guard let formats else { return nil }
        let all = Template.Format.Name.allCases.map(\.rawValue)
        var names: [Template.Format.Name] = []
        for word in formats.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            guard let name = Template.Format.Name(rawValue: word) else {
                let advice = word.didYouMean(all) ?? "the formats are " + all.joined(separator: ", ")
                throw ValidationError("--formats: '\(word)' is not a format; \(advice)")
            }
            guard !names.contains(name) else { throw ValidationError("--formats names '\(word)' twice") }
            names.append(name)
        }
        return names
    }

    /// The runner's part of the options.
    var runnerOptions: Runner.Options {
        Runner.Options(from: from, until: until, usesCache: !noCache)
    }

    /// The stages' part of the options.
    func request(_ configuration: Configuration) -> BuildRequest {
        BuildRequest(
            iso: iso.map { FilePath($0).absolute }, version: version,
            output: output.map { FilePath($0).absolute } ?? configuration.output,
            places: ReleasePlaces(configuration.releases), supplier: configuration.supplier)
    }
}
