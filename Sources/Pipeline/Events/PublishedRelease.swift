package import HostSystem
internal import SystemPackage

/// A release that a run has published.
package struct PublishedRelease: Sendable, Equatable {
    /// Where it lies.
    package let path: String
    /// Its digest, the SHA-256 of its manifest; nil if it has none.
    package let digest: Digest?

    /// A release with a known digest.
    package init(path: String, digest: Digest?) {
        self.path = path
        self.digest = digest
    }

    /// The release in a folder.
    init(_ folder: FilePath) async {
        self.init(path: folder.string, digest: try? await Digest.of(file: folder.appending("manifest.json")))
    }
}
