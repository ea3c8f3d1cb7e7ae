package import HostSystem

/// An image in a store: a snapshot of its template's volume.
package struct StoredImage: Sendable, Hashable, Encodable {
    /// The template.
    package let template: String
    /// The version.
    package let version: String
    /// The snapshot.
    package let snapshot: String
    /// The digest of the image's file in its release.
    package let digest: Digest
    /// The digest of the release's manifest.
    package let release: Digest
    /// The digest of the disk's raw bytes.
    package let raw: Digest
    /// The size of the disk in bytes.
    package let size: Int64
    /// The bytes that only this version takes.
    package let used: Int64
    /// The datasets that stand on it.
    package let clones: [String]
    /// How many holds (`zfs hold`) somebody has put on it.
    package let holds: Int
    /// What tells snapshots apart, wherever they were sent.
    let guid: String
    /// When it was made, in the pool's own count.
    let age: Int64

    /// The image of a snapshot; nil for a snapshot that is none of ours.
    init?(_ entry: ZFSListing.Entry) {
        guard entry["type"] == "snapshot", let template = entry[.template], let version = entry[.version],
            let digest = entry[.digest].flatMap({ Digest(hex: $0) }),
            let release = entry[.release].flatMap({ Digest(hex: $0) }),
            let raw = entry[.raw].flatMap({ Digest(hex: $0) }), let size = entry[.size].flatMap({ Int64($0) }),
            let guid = entry["guid"], let age = entry.number("createtxg"),
            entry.name.hasSuffix("/\(ZFSStore.volumeName(of: template))@\(version)")
        else { return nil }
        self.template = template
        self.version = version
        self.digest = digest
        self.release = release
        self.raw = raw
        self.size = size
        self.guid = guid
        self.age = age
        snapshot = entry.name
        used = entry.number("used") ?? 0
        clones = (entry["clones"] ?? "").split(separator: ",").map { TerminalText.plain($0) }.sorted()
        holds = Int(entry.number("userrefs") ?? 0)
    }

    private enum CodingKeys: String, CodingKey {
        case template, version, snapshot, digest, release, raw, size, used, clones, holds
    }
}
