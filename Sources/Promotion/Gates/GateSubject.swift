package import Attestation
package import SystemPackage

/// What a gate is about: a release that is to enter a channel.
package struct GateSubject: Sendable {
    /// The bytes.
    package let release: ReleaseIdentity
    /// The channel.
    package let channel: Channel
    /// Where the release lies; nil where nobody verified it.
    package let folder: FilePath?

    /// A subject.
    package init(release: ReleaseIdentity, channel: Channel, folder: FilePath?) {
        self.release = release
        self.channel = channel
        self.folder = folder
    }

    /// What a gate finds in its environment.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `IMAGEFACTORY_TEMPLATE`, `IMAGEFACTORY_VERSION` | the release's name |
    /// | `IMAGEFACTORY_CHANNEL` | the channel that it is to enter |
    /// | `IMAGEFACTORY_RELEASE` | its folder, which may have no images; not set where nobody verified it |
    /// | `IMAGEFACTORY_RELEASE_DIGEST`, `IMAGEFACTORY_EVIDENCE_DIGEST` | the digests of manifest and checksums |
    /// | `IMAGEFACTORY_IMAGE_DIGESTS` | `qcow2 sha256:…`, a line for each image |
    var environment: [String: String] {
        let images = release.images.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        var variables = [
            "IMAGEFACTORY_TEMPLATE": release.template, "IMAGEFACTORY_VERSION": release.version,
            "IMAGEFACTORY_CHANNEL": channel.rawValue, "IMAGEFACTORY_RELEASE_DIGEST": "\(release.release)",
            "IMAGEFACTORY_EVIDENCE_DIGEST": "\(release.evidence)",
            "IMAGEFACTORY_IMAGE_DIGESTS": images.joined(separator: "\n"),
        ]
        variables["IMAGEFACTORY_RELEASE"] = folder?.string
        return variables
    }
}
