internal import ArgumentParser
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// Options of commands that read the ledger.
struct LedgerOptions: ParsableArguments {
    @Flag(help: "First fetch the tags and the locks of the channels from the remote.")
    var fetch = false

    @OptionGroup var global: GlobalOptions

    /// Reads the ledger of the repository that the command is run in: of one template or series, or all of it.
    ///
    /// - Throws: `UsageError` for a name that is neither.
    func read(_ name: String? = nil) async throws -> LedgerReading {
        let place = try await LedgerPlace(
            named: global.namedRoot, from: FilePath(FileManager.default.currentDirectoryPath))
        if fetch {
            let remote = try await LedgerDesk.remote(named: try place.configuration.remote, of: place.repository)
            try await LedgerRefs.fetch(into: place.repository, from: remote, templates: place.templates)
        }
        let reader = LedgerReader(
            repository: place.repository, memory: try global.state().promotion, templates: place.templates)
        guard let name else { return try await reader.read() }
        return try await read(name, by: reader, of: place)
    }

    private func read(_ name: String, by reader: LedgerReader, of place: LedgerPlace) async throws -> LedgerReading {
        if let series = place.series(of: name) { return try await reader.read(series) }
        let reading = try await reader.read(name)
        guard reading.series.isEmpty, reading.problems.isEmpty else { return reading }
        // In a repository without the recipe only the tags know which series a template has.
        let all = try await reader.read()
        if let series = all.series.first(where: { $0.template == name }) { return try await reader.read(series.series) }
        let known = all.series.map(\.series)
        let some = known.prefix(10).joined(separator: ", ") + (known.count > 10 ? " and \(known.count - 10) more" : "")
        throw UsageError(
            description: "there is no tag of a template or series '\(name)'; "
                + (name.didYouMean(known) ?? "the series here: \(known.isEmpty ? "none" : some)"))
    }
}

/// Where a ledger is, and the template files beside it.
struct LedgerPlace {
    /// The repository, in the folder that holds `pipelines/`.
    let repository: Repository
    /// The template of each series; nil in a repository without the recipe.
    let templates: [String: String]?

    /// The place that somebody named, or the one around a folder: the nearest folder with templates, but not outside of
    /// the repository.
    init(named: String?, from folder: FilePath) async throws {
        let start = named.map { FilePath($0).absolute } ?? folder
        let top = try await Repository.containing(start)
        let nearest = try? named == nil ? TemplateFolder.locate(from: start) : TemplateFolder.open(start)
        guard let recipe = nearest, recipe.root.starts(with: top.folder) || named != nil else {
            repository = named == nil ? top : Repository(folder: start)
            templates = nil
            return
        }
        repository = Repository(folder: recipe.root)
        templates = recipe.templatesBySeries
    }

    /// The series of a template, by the template files.
    func series(of template: String) -> String? {
        templates?.first { $0.value == template }?.key
    }
}

extension SeriesLedger {
    /// The template that it belongs to, as its tags say.
    var template: String? {
        requests.lazy.compactMap(\.template).first ?? channels.values.first?.first?.release.template
            ?? approvals.first?.release.template ?? revocations.first?.release.template
    }
}
