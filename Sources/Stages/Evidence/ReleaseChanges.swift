internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// What changed since the release before, as files of the new release.
enum ReleaseChanges {
    /// The longest inventory that is read of another release.
    private static let limit = ByteCount.mebibytes(512)

    /// Writes `changes.json` and `changes.txt` into `folder`.
    ///
    /// - Returns: The first line for people; nil if the earlier release has no inventory that can be read.
    static func write(
        since release: FilePath, to inventory: Inventory, _ manifest: ReleaseManifest, ports: [ListeningPort]?,
        into folder: FilePath
    ) throws -> String? {
        guard let earlier = compared(release) else { return nil }
        let now = ComparedImage(
            inventory, template: manifest.template, version: manifest.version, images: manifest.images, ports: ports)
        let changes = InventoryChanges(from: earlier, to: now)
        let text = changes.text()
        try folder.appending("changes.json").write(try changes.json())
        try folder.appending("changes.txt").write(text.utf8)
        return text.split(separator: "\n").dropFirst().first.map(String.init)
    }

    /// An earlier release; nobody vouches for it here, and what cannot be read of it is no failure of a new one.
    private static func compared(_ release: FilePath) -> ComparedImage? {
        guard let bytes = try? release.appending(TakeInventory.fileName).readBytes(limit: limit),
            let inventory = try? StrictJSON.decode(Inventory.self, from: bytes, limit: Int(limit.bytes)),
            let manifest = try? ReleaseManifest(reading: release.appending(ReleaseManifest.fileName))
        else { return nil }
        return ComparedImage(
            inventory, template: manifest.template, version: manifest.version, images: manifest.images,
            ports: OpenPorts.load(from: release))
    }
}
