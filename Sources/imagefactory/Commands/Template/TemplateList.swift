internal import ArgumentParser
internal import Foundation
internal import Pipeline

/// `imagefactory template list`
struct TemplateList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the templates.")

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        struct Row: Encodable {
            let name: String
            let summary: String
        }
        let rows = try global.templates().loadAll().map { Row(name: $0.name, summary: $0.summary) }
        guard global.format == .text else { return try Talk.result(json: rows) }
        let width = rows.map(\.name.count).max() ?? 0
        for row in rows {
            Talk.result(row.name.padding(toLength: width, withPad: " ", startingAt: 0) + "  " + row.summary)
        }
    }
}
