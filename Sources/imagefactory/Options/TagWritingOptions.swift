internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// Options of commands that write the ledger of promotions.
struct TagWritingOptions: ParsableArguments {
    @Option(help: "The git remote that the ledger is shared by (default: remote in imagefactory.yaml; else origin).")
    var remote: String?

    @Option(
        help: "The SSH key that signs the tag (default: tag-signing-key in imagefactory.yaml; else git's own settings)."
    )
    var tagSigningKey: String?

    /// The place where the ledger is written.
    func desk(_ place: LedgerPlace, _ global: GlobalOptions) async throws -> LedgerDesk {
        let configuration = try place.configuration
        let key = tagSigningKey.map { FilePath($0).absolute } ?? configuration.tagSigningKey
        return LedgerDesk(
            repository: place.repository,
            remote: try await LedgerDesk.remote(named: remote ?? configuration.remote, of: place.repository),
            signing: key.map { .key($0) } ?? .settings, memory: try global.state().promotion,
            templates: place.templates)
    }
}

extension LedgerPlace {
    /// The place that the options name.
    init(_ global: GlobalOptions) async throws {
        try await self.init(named: global.namedRoot, from: FilePath(FileManager.default.currentDirectoryPath))
    }

    /// The defaults that hold there.
    var configuration: Configuration {
        get throws {
            try Configuration(root: repository.folder, environment: ProcessInfo.processInfo.environment)
        }
    }

    /// The places in which releases are looked for, the output folder first.
    func releasePlaces(output: String?) throws -> [ReleasePlace] {
        let configuration = try configuration
        return [.folder(output.map { FilePath($0).absolute } ?? configuration.output)] + configuration.releases
    }

    /// A series with its template, by the name of either.
    ///
    /// In a repository without templates every name is that of a series, and for a new one of its template too.
    ///
    /// - Throws: `TemplateFolderError` for a name of neither.
    func series(named name: String) throws -> (series: String, template: String) {
        guard let templates else { return (name, name) }
        if let series = series(of: name) { return (series, name) }
        if let template = templates[name] { return (name, template) }
        throw TemplateFolderError.unknown(name: name, known: templates.values.sorted())
    }
}
