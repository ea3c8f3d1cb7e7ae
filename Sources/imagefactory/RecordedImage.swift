internal import Attestation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// What is on record of an image: its inventory, and the manifest of its release.
struct RecordedImage {
    /// What is in it.
    let inventory: Inventory
    /// The release; nil for an inventory alone.
    let manifest: ReleaseManifest?

    /// An inventory of a system with hundreds of thousands of files is far shorter.
    private static let limit = ByteCount.mebibytes(512)

    /// An image of which the inventory alone is known.
    init(_ inventory: Inventory) {
        self.inventory = inventory
        manifest = nil
    }

    /// Reads what the command line names: a release, wherever it is, or an inventory.
    ///
    /// - Throws: ``RecordedImageError``, and what finding and fetching a release throw.
    init(_ reference: String, _ global: GlobalOptions) async throws {
        let path = FilePath(reference)
        guard !path.exists || path.isFolder else { self = try RecordedImage(at: path); return }
        let (release, _) = try await ReleaseReference(reference).resolve(global)
        self = try await release.withFolder(.evidence, scratch: try global.state().fetchedReleases) {
            try RecordedImage(at: $0)
        }
    }

    /// Reads a release's folder, or an inventory.
    ///
    /// - Throws: ``RecordedImageError``.
    init(at path: FilePath) throws {
        guard path.exists else { throw RecordedImageError(path: path, kind: .missing) }
        let isRelease = path.isFolder
        let file = isRelease ? path.appending("inventory.json") : path
        guard file.exists else { throw RecordedImageError(path: path, kind: .noInventory) }
        inventory = try Self.read(Inventory.self, from: file)
        guard inventory.schema == 1 else {
            throw RecordedImageError(path: file, kind: .layout(version: inventory.schema))
        }
        manifest = isRelease ? try Self.read(ReleaseManifest.self, from: path.appending("manifest.json")) : nil
    }

    /// The image as one side of a comparison.
    var compared: ComparedImage {
        ComparedImage(
            inventory, template: manifest?.template, version: manifest?.version, images: manifest?.images ?? [])
    }

    private static func read<Value: Decodable>(_ type: Value.Type, from file: FilePath) throws -> Value {
        guard file.exists else { throw RecordedImageError(path: file, kind: .missing) }
        let bytes = try file.readBytes(limit: limit)
        // An image file has no inventory in it; who wants one has to take it first.
        guard bytes.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{") else {
            throw RecordedImageError(path: file, kind: .noJSON)
        }
        do {
            return try StrictJSON.decode(type, from: bytes, limit: Int(limit.bytes))
        } catch let error as StrictJSONError {
            throw RecordedImageError(path: file, kind: .damaged(error))
        }
    }
}

/// A release or an inventory that cannot be read.
struct RecordedImageError: Error, CustomStringConvertible {
    /// What is wrong.
    enum Kind {
        /// Nothing is there.
        case missing
        /// A folder without an inventory.
        case noInventory
        /// A file of another kind.
        case noJSON
        /// JSON that is not what it should be.
        case damaged(StrictJSONError)
        /// An inventory of another layout.
        case layout(version: Int)
    }

    /// The file or folder.
    let path: FilePath
    /// What is wrong.
    let kind: Kind

    /// Whether something is not there.
    var isMissing: Bool {
        switch kind {
        case .missing, .noInventory: true
        case .noJSON, .damaged, .layout: false
        }
    }

    var description: String {
        switch kind {
        case .missing: "there is no \(path); name a release's folder or its inventory.json"
        case .noInventory:
            "\(path) holds no inventory.json; name the folder of a release that was built with the stage 'take-inventory'"
        case .noJSON: "\(path) is no inventory; name a release's folder or its inventory.json"
        case .damaged(let error): "\(path) cannot be used: \(error)"
        case .layout(let version):
            "\(path) is an inventory of layout \(version), and only 1 is known; use the factory that made it"
        }
    }
}
