internal import ArgumentParser
internal import DiskAudit
internal import Pipeline
internal import Stages

/// `imagefactory template check`
struct TemplateCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks templates without building: all of them, or those that are named.")

    @Argument(help: "The templates' names.")
    var names: [String] = []

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let folder = try global.templates()
        let templates = try names.isEmpty ? folder.loadAll() : names.map(folder.load)
        for template in templates {
            _ = try SealCatalog.operations(for: template.seal)
            _ = try AuditDeclarations(template)
            let pipeline = try folder.pipeline(template.pipeline, stages: StageCatalog.types.map { $0.name })
            try StageCatalog.check(pipeline, root: folder.root)
        }
        let checked = templates.map(\.name)
        guard global.format == .text else { return try Talk.result(json: checked) }
        for name in checked { Talk.result("\(name): good") }
    }
}
