internal import ArgumentParser
internal import Attestation

/// `imagefactory diff`: what differs between two images.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what differs between two images: packages, files, accounts, units, boot, sizes.",
        discussion: """
            An image is a release's folder, NAME/VERSION as 'output' or 'releases' have it, the address of one on a server, \
            or an inventory.json. Files that belong to packages that changed are \
            counted and not listed, and long lists are cut; --all gives everything, and so does --format json. That the \
            images differ is a result and no failure.
            """)

    @Argument(help: "The image to compare with: a release or an inventory.json.")
    var before: String

    @Argument(help: "The image whose changes are wanted.")
    var after: String

    @Flag(help: "List everything.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let from = try await RecordedImage(before, global)
        let to = try await RecordedImage(after, global)
        let changes = InventoryChanges(from: from.compared, to: to.compared)
        guard global.format == .text else { return try Talk.result(json: changes) }
        Talk.result(String(changes.text(all: all).dropLast()))
    }
}
