internal import ArgumentParser
internal import Deployment

/// `imagefactory images keep`
struct ImagesKeep: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keep",
        abstract: "Removes images but for the newest of each template, and for those that machines stand on.",
        discussion: "The newest are those that were put there last. What has clones or is held stays, whatever its age."
    )

    @Argument(help: "How many versions of each template stay.")
    var count: Int

    @Argument(help: "The template (default: all).")
    var template: String?

    @OptionGroup var store: ImageStoreOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard count > 0 else { throw ValidationError("at least one version stays") }
    }

    func run() async throws {
        let outcomes = try await store.open().keep(count, of: template)
        guard global.format == .text else { return try Talk.result(json: outcomes) }
        for outcome in outcomes {
            Talk.result(outcome.keptBy.map { "\(outcome.snapshot) stays: \($0)" } ?? "\(outcome.snapshot) is removed")
        }
        if outcomes.isEmpty { Talk.say("there are no more than \(count) of each") }
    }
}
