internal import ArgumentParser
internal import ContinuousIntegration
internal import Foundation
internal import HostSystem
internal import Pipeline
internal import Promotion
internal import SystemPackage

/// A job of a forge, or of a hook: what it does about an event, and how it tells.
struct CIJob {
    let forge: Forge
    let environment: CIEnvironment
    let folder: TemplateFolder
    let state: StateFolder
    let signing: ReleaseSigningOptions
    let machine: MachineOptions
    let ledger: TagWritingOptions
    let global: GlobalOptions
    let isDryRun: Bool
    /// The file for JUnit XML; nil for none.
    let junit: String?

    /// Decides about an event and does what it asks for.
    ///
    /// - Throws: ``CIRefusal`` for what must not be built, and what a build throws.
    func handle(_ event: CIEvent) async throws {
        let templates = try folder.loadAll()
        let series = Dictionary(templates.map { ($0.series, $0.name) }) { first, _ in first }
        switch try CIDecision(about: event, templates: series) {
        case .nothing(let reason):
            say(reason)
            try show(CIResult(decision: "nothing", reason: reason))
        case .build(let build):
            let reason = build.reason(attempt: event.attempt)
            say(reason)
            let repository = Repository(folder: folder.root)
            let checkout = Checkout(repository)
            _ = try await checkout.verify(build)
            let reader = LedgerReader(
                repository: repository, memory: state.promotion, templates: folder.templatesBySeries)
            try checkout.verifyRequest(of: build, in: try await reader.read(build.request.series))
            guard !isDryRun else { return try show(CIResult(decision: "build", reason: reason, build: build)) }
            guard let template = templates.first(where: { $0.name == build.template }) else { return }
            try await make(build, template: template, reason: reason)
        }
    }

    private func make(_ build: CIBuild, template: Template, reason: String) async throws {
        let reporter = CIReporter(of: build, dialect: forge.dialect) { Talk.say($0) }
        let files = RunnerFiles(forge: forge, environment: environment, junit: junit.map { FilePath($0).absolute })
        var options = try BuildOptions.parse([])
        options.version = build.version
        let order = BuildOrder(
            templates: [template], folder: folder, state: state, options: options, signing: signing, machine: machine)
        do {
            let endings = try await order.run(printer: reporter)
            let result = try endings[0].result.get()
            var placement: TagName?
            if let release = result.release {
                placement = try await DevTag(ledger: ledger, global: global).place(release, template: build.template)
            }
            try files.write(reporter.record, placement: placement)
            try show(
                CIResult(decision: "build", reason: reason, build: build, record: reporter.record, placement: placement)
            )
        } catch {
            // What is wrong with a report is no news beside this.
            try? files.write(reporter.record, placement: nil)
            throw error
        }
    }

    private func say(_ text: String) {
        Talk.say(forge.dialect.line(text))
    }

    private func show(_ result: CIResult) throws {
        switch global.format {
        case .json: try Talk.result(json: result)
        case .text: if let folder = result.folder { Talk.result(folder) }
        }
    }
}

/// What a job did, for programs.
private struct CIResult: Encodable {
    let decision: String
    let reason: String
    var template: String?
    var version: String?
    var folder: String?
    var digest: Digest?
    var placement: String?

    init(decision: String, reason: String) {
        self.decision = decision
        self.reason = reason
    }

    init(
        decision: String, reason: String, build: CIBuild, record: BuildRecord? = nil, placement: TagName? = nil
    ) {
        self.init(decision: decision, reason: reason)
        template = build.template
        version = build.version
        folder = record?.release?.path
        digest = record?.release?.digest
        self.placement = placement?.description
    }
}
