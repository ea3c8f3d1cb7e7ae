internal import ArgumentParser
internal import Deployment
internal import HostSystem

/// `imagefactory images list`
struct ImagesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the images in a place, as their own properties tell.")

    @OptionGroup var store: ImageStoreOptions
    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let images = try await store.open().images()
        guard global.format == .text else { return try Talk.result(json: images) }
        guard !images.isEmpty else { return Talk.say("there are no images in \(store.store)") }
        let rows = images.map { image in
            [
                image.template, image.version, "\(ByteCount(image.size))", "\(ByteCount(image.used))",
                "\(image.clones.count)", image.digest.short, image.snapshot,
            ].map { TerminalText.plain($0) }
        }
        let head = ["TEMPLATE", "VERSION", "DISK", "ITS OWN", "CLONES", "DIGEST", "SNAPSHOT"]
        for line in TextTable.lines([head] + rows) { Talk.result(line) }
    }
}
