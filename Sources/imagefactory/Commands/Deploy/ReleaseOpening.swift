internal import Attestation
internal import DiskImages
internal import HostSystem
internal import Promotion
internal import SystemPackage

/// A release that was verified, with its image for a hypervisor.
struct DeployedRelease {
    /// The template's name.
    let template: String
    /// The version.
    let version: String
    /// The digest of its manifest.
    let digest: Digest
    /// Its image.
    let image: ImageFile
    /// The open image, of the bytes that were verified; nil where it was not wanted here.
    let descriptor: FileDescriptor?
    /// The image's address; nil for one in a folder.
    let address: String?
}

/// Verifies a release, and opens its image for those who use it.
struct ReleaseOpening {
    /// Where it is.
    let release: FoundRelease
    /// Whose word counts.
    let trusted: TrustedSigners?
    /// What is asked for.
    let policy: VerificationPolicy
    /// Whether it may be one that nobody vouches for.
    let acceptsUnsigned: Bool
    /// Whether the image is wanted here, and not only what is said of it.
    let wantsImage: Bool
    /// Where fetched files lie meanwhile.
    let scratch: FilePath

    /// The formats that a hypervisor takes, the best first.
    private static let formats: [ImageFormat] = [.qcow2, .raw]

    /// Lends the release, if it verifies.
    ///
    /// - Parameter expected: The bytes that it must be of; nil for any that verify.
    /// - Throws: `ReleaseEvidenceError`, `ReleaseSearchError`, ``NoImageError``, `ReleaseDownloadError`.
    func lend(expecting expected: ReleaseIdentity? = nil, _ body: (DeployedRelease) async throws -> Void) async throws {
        let scope = try wantsImage ? imageScope : .evidence
        try await release.withFolder(scope, scratch: scratch) { path in
            let folder = try ReleaseFolder(path)
            var verification = ReleaseVerification(of: folder, scope: scope, trusting: trusted, policy: policy)
            verification.acceptsUnsigned = acceptsUnsigned
            let report = try await verification.run()
            guard report.isGood else { throw ReleaseEvidenceError(folder: path, findings: report.findings) }
            if let expected, report.releaseDigest != expected.release || report.evidenceDigest != expected.evidence {
                throw ReleaseSearchError.others([release.place], expected)
            }
            try await body(try opened(report, folder))
            withExtendedLifetime(folder) {}
        }
    }

    private func opened(_ report: VerificationReport, _ folder: ReleaseFolder) throws -> DeployedRelease {
        guard let template = report.template, let version = report.version, let digest = report.releaseDigest,
            let image = Self.image(of: report)
        else { throw NoImageError(place: release.place) }
        let isVerified = report.files.contains { $0.name == image.file && $0.sha256 == image.sha256 }
        let file = isVerified ? folder.files[image.file] : nil
        guard file != nil || !wantsImage else { throw NoImageError(place: release.place) }
        var address: String?
        if case .web(let web) = release.place { address = web.appending(image.file).text }
        return DeployedRelease(
            template: template, version: version, digest: digest, image: image, descriptor: file?.descriptor,
            address: address)
    }

    /// The evidence and the one image: a release's folder tells its name and version, and they tell the image's name.
    private var imageScope: ReleaseScope {
        get throws {
            let names: [String] =
                switch release.place {
                case .folder(let path): path.absolute.components.suffix(2).map(\.string)
                case .web(let address): Array(address.segments.suffix(2))
                }
            let files = Self.formats.map { "\(names.joined(separator: "-")).\($0.rawValue)" }
            guard let folder = release.place.folder else { return .image(files[0]) }
            return .image(files.first { folder.appending($0).exists } ?? files[0])
        }
    }

    private static func image(of report: VerificationReport) -> ImageFile? {
        let images = formats.compactMap { format in report.images.first { $0.format == format } }
        return images.first { image in report.files.contains { $0.name == image.file } } ?? images.first
    }
}

/// A release without an image that a hypervisor takes.
struct NoImageError: Error, CustomStringConvertible {
    /// Where the release is.
    let place: ReleasePlace

    var description: String {
        "\(place) has no qcow2 or raw image; put qcow2 into the template's formats, and build again"
    }
}
