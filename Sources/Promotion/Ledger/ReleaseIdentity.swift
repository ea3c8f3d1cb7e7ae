package import HostSystem

/// The bytes that a tag speaks of.
package struct ReleaseIdentity: Sendable, Hashable {
    /// The template's name.
    package let template: String
    /// The version.
    package let version: String
    /// The SHA-256 of the release's `manifest.json`.
    package let release: Digest
    /// The SHA-256 of the release's `SHA256SUMS`.
    package let evidence: Digest
    /// The images' digests, by format.
    package let images: [String: Digest]

    /// The identity of a release.
    package init(
        template: String, version: String, release: Digest, evidence: Digest, images: [String: Digest]
    ) {
        self.template = template
        self.version = version
        self.release = release
        self.evidence = evidence
        self.images = images
    }
}
