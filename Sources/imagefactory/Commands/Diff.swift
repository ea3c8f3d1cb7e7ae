internal import ArgumentParser
internal import Attestation
internal import SystemPackage

/// `imagefactory diff`: what differs between two images.
struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what differs between two images: packages, files, accounts, units, boot, sizes.",
        discussion: """
            An image is a release's folder, or the inventory.json of one. Files that belong to packages that changed are \
            counted and not listed, and long lists are cut; --all gives everything, and so does --format json. That the \
            images differ is a result and no failure.
            """)

    @Argument(help: "The image to compare with: a release's folder or an inventory.json.")
    var before: String

    @Argument(help: "The image whose changes are wanted.")
    var after: String

    @Flag(help: "List everything.")
    var all = false

    @OptionGroup var global: GlobalOptions

    func run() throws {
        let from = try RecordedImage(at: FilePath(before))
        let to = try RecordedImage(at: FilePath(after))
        let changes = InventoryChanges(from: from.compared, to: to.compared)
        guard global.format == .text else { return try Talk.result(json: changes) }
        Talk.result(String(changes.text(all: all).dropLast()))
    }
}
