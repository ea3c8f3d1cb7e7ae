internal import ArgumentParser
internal import Attestation
internal import Foundation
internal import HostSystem
internal import Logging
internal import Machines
internal import Pipeline
internal import SystemPackage

/// `imagefactory diff`: what differs between two images.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says what differs between two images: packages, files, accounts, units, boot, sizes.",
        discussion: """
            An image is a release's folder, NAME/VERSION as 'output' or 'releases' have it, the address of one on a server, \
            an inventory.json, or an image file, which is read in libguestfs's small machine. Files that belong to packages that changed are \
            counted and not listed, and long lists are cut; --all gives everything, and so does --format json. That the \
            images differ is a result and no failure.
            """)

    @Argument(help: "The image to compare with: a release, an inventory.json or an image file.")
    var before: String

    @Argument(help: "The image whose changes are wanted, named in the same ways.")
    var after: String

    @Flag(help: "List everything.")
    var all = false

    @Option(help: "What executes libguestfs's small machine: auto (measured), kvm or tcg (emulation).")
    var accelerator: AcceleratorRequest = .auto

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let state = try global.state()
        let settings = HypervisorSettings(
            accelerator: accelerator, state: state.root, cache: state.cache,
            environment: ProcessInfo.processInfo.environment)
        let logger = Logger(label: "imagefactory") { _ in SwiftLogNoOpLogHandler() }
        let changes = try await MachineRoom.with(settings, logger: logger, note: { _ in }) { room in
            let unknown = ImageInventory(room: room, scratch: state.fetchedReleases)
            let from = try await image(before, unknown)
            return InventoryChanges(from: from.compared, to: try await image(after, unknown).compared)
        }
        guard global.format == .text else { return try Talk.result(json: changes) }
        Talk.result(String(changes.text(all: all).dropLast()))
    }

    /// What is known of an image, or what is in one that nothing is known of.
    private func image(_ reference: String, _ unknown: ImageInventory) async throws -> RecordedImage {
        let path = FilePath(reference)
        guard path.exists, !path.isFolder, path.extension != "json" else {
            return try await RecordedImage(reference, global)
        }
        return RecordedImage(try await unknown.take(of: path))
    }
}
