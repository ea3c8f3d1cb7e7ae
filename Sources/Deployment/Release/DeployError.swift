package import Attestation
package import DiskImages
package import Promotion
package import SystemPackage

/// Why an image is not deployed.
package enum DeployError: Error, CustomStringConvertible {
    /// A channel was named where there are no tags.
    case noLedger
    /// The tags that a series is known by cannot be trusted.
    case disputed(String, [LedgerProblem])
    /// The channel holds nothing, or never held a version of the range.
    case empty(String, Channel, VersionRange?)
    /// The release was taken back.
    case revoked(Revocation)
    /// The release has no image of a format that is wanted.
    case noFormat(ReleaseIdentity, formats: [ImageFormat])
    /// No place has the image's file.
    case noImage(DeployedImage, file: String)
    /// The image's file is not what its manifest names.
    case otherBytes(DeployedImage, FilePath)

    /// Whether the evidence speaks against it, and not only something is missing.
    package var isRefusal: Bool {
        switch self {
        case .disputed, .revoked, .otherBytes: true
        case .noLedger, .empty, .noFormat, .noImage: false
        }
    }

    package var description: String {
        switch self {
        case .noLedger:
            "a channel is known by its tags, and there is no repository here; name a version or a release's folder"
        case .disputed(let series, let problems):
            ([
                "what of \(series) may be used cannot be told, since its tags are disputed; "
                    + "'imagefactory channels verify \(series)' says more"
            ] + problems.map { "  > \($0)" }).joined(separator: "\n")
        case .empty(let series, let channel, let range?):
            "\(series)'s channel \(channel.rawValue) never held a version of \(range); promote one into it, or change the range"
        case .empty(let series, let channel, nil):
            "\(series)'s channel \(channel.rawValue) holds nothing yet; promote a release into it"
        case .revoked(let revocation):
            "\(revocation.release.template) \(revocation.release.version) was revoked by \(revocation.tag.name): "
                + "\(revocation.reason); deploy another version"
        case .noFormat(let release, let formats):
            "\(release.template) \(release.version) has no image in \(formats.map(\.rawValue).joined(separator: " or ")); "
                + "build it with one of them"
        case .noImage(let image, let file):
            "no place has \(file) of \(image.template) \(image.version) with the \(image.length) bytes that its manifest "
                + "names; put the whole release there"
        case .otherBytes(let image, let path):
            "\(path) is not the image that the manifest of \(image.template) \(image.version) names; fetch the release again"
        }
    }
}
