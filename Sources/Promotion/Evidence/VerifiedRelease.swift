package import Attestation
internal import DiskImages
internal import HostSystem
package import SystemPackage

/// A release that was verified without its images, and the digests that were.
package struct VerifiedRelease: Sendable {
    /// Where it lies.
    package let folder: FilePath
    /// The bytes that its evidence is about.
    package let identity: ReleaseIdentity
    /// How it was made; nil for one without such a statement.
    package let provenance: Provenance?
    /// Who vouches for it; empty where nobody was asked for.
    package let signers: [String]

    /// Verifies the release in a folder.
    ///
    /// - Throws: ``ReleaseEvidenceError``, `ReleaseFolderError`, `CancellationError`.
    package static func verify(
        _ path: FilePath, trusting trusted: TrustedSigners?, policy: VerificationPolicy, acceptsUnsigned: Bool
    ) async throws -> VerifiedRelease {
        let folder = try ReleaseFolder(path)
        var verification = ReleaseVerification(of: folder, scope: .evidence, trusting: trusted, policy: policy)
        verification.acceptsUnsigned = acceptsUnsigned
        let report = try await verification.run()
        guard report.isGood, let template = report.template, let version = report.version,
            let release = report.releaseDigest, let evidence = report.evidenceDigest
        else { throw ReleaseEvidenceError(folder: path, findings: report.findings) }
        var images: [String: Digest] = [:]
        for image in report.images { images[image.format.rawValue] = image.sha256 }
        return VerifiedRelease(
            folder: folder.path,
            identity: ReleaseIdentity(
                template: template, version: version, release: release, evidence: evidence, images: images),
            provenance: report.evidence.contains(.provenance) ? try provenance(in: folder) : nil,
            signers: Set(report.signatures.map(\.signer)).sorted())
    }

    /// The statement in a folder whose files were verified, and are still the open ones.
    private static func provenance(in folder: ReleaseFolder) throws -> Provenance? {
        guard let file = Evidence.provenance.envelope.flatMap({ folder.files[$0] }) else { return nil }
        let envelope = try Envelope(json: try file.bytes(limit: .mebibytes(16)))
        return try Statement<Provenance>(json: envelope.payload).predicate
    }
}

/// A release whose evidence does not hold.
package struct ReleaseEvidenceError: Error, CustomStringConvertible {
    /// The release's folder.
    package let folder: FilePath
    /// What stands against it.
    package let findings: [Finding]

    /// What stands against the release in a folder.
    package init(folder: FilePath, findings: [Finding]) {
        self.folder = folder
        self.findings = findings
    }

    package var description: String {
        (["the evidence of \(folder) does not verify"] + findings.map { "  > \($0)".plainLine }).joined(separator: "\n")
    }
}
