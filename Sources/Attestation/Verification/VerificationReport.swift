package import HostSystem

/// What was verified of a release, by whose keys, and what stands against it.
package struct VerificationReport: Sendable, Equatable, Encodable {
    /// The template's name and the release's version; nil where the manifest cannot be read.
    package var template: String?
    /// The release's version.
    package var version: String?
    /// The digest of its manifest, by which it is known.
    package var releaseDigest: Digest?
    /// The digest of its checksums, by which its evidence is known.
    package var evidenceDigest: Digest?
    /// Whether somebody who is trusted signed the checksums.
    package var isVouchedFor: Bool
    /// The good signatures of those whose word counts.
    package var signatures: [Signature]
    /// The evidence that is there and of which nothing is wrong.
    package var evidence: [Evidence]
    /// The images as the manifest names them, also those whose bytes were not looked at; none where it cannot be read.
    package var images: [ImageFile]
    /// The files whose content is that of their checksums.
    package var files: [File]
    /// The reasons against the release; it is good if there are none.
    package var findings: [Finding]

    /// Whether the release may be used.
    package var isGood: Bool { findings.isEmpty }

    /// A good signature.
    package struct Signature: Sendable, Equatable, Encodable {
        /// The file that holds it.
        package let file: String
        /// The name that its key is known by.
        package let signer: String
        /// The key's fingerprint.
        package let fingerprint: Digest
    }

    /// A file with the content that it must have.
    package struct File: Sendable, Equatable, Encodable {
        /// Its name.
        package let name: String
        /// Its length in bytes.
        package let size: Int64
        /// Its digest.
        package let sha256: Digest
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(isGood, forKey: .verified)
        try fields.encodeIfPresent(template, forKey: .template)
        try fields.encodeIfPresent(version, forKey: .version)
        try fields.encodeIfPresent(releaseDigest, forKey: .releaseDigest)
        try fields.encodeIfPresent(evidenceDigest, forKey: .evidenceDigest)
        try fields.encode(isVouchedFor, forKey: .vouchedFor)
        try fields.encode(signatures, forKey: .signatures)
        try fields.encode(evidence, forKey: .evidence)
        try fields.encode(files, forKey: .files)
        try fields.encode(findings, forKey: .findings)
    }

    private enum CodingKeys: String, CodingKey {
        case verified, template, version, signatures, evidence, files, findings
        case releaseDigest = "release-digest"
        case evidenceDigest = "evidence-digest"
        case vouchedFor = "vouched-for"
    }
}
