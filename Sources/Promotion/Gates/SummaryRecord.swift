internal import Attestation
internal import Foundation
internal import HostSystem

/// What the gates found, as it is kept in git: a statement about the release, signed where there is a key.
///
/// It is a blob of its own ref, `refs/imagefactory/SERIES/summaries/VERSION-CHANNEL.N`, so that it is there also for a
/// promotion that never happened. Without a key it is the bare statement, for which the tag's signature vouches.
struct SummaryRecord {
    /// The blob's bytes.
    let bytes: [UInt8]

    /// The digest that a tag names.
    var digest: Digest { Digest.of(bytes) }

    /// The record of the gates' checks.
    init(
        of checks: [VerificationSummary.Check], subject: GateSubject, policy: PromotionPolicy, signer: PrivateKey?,
        now: Date
    ) throws {
        let release = subject.release
        var about = [ResourceDescriptor(name: ReleaseFileName.manifest, sha256: release.release)]
        about += release.images.sorted { $0.key < $1.key }.map { format, digest in
            ResourceDescriptor(name: "\(release.template)-\(release.version).\(format)", sha256: digest)
        }
        let summary = VerificationSummary(
            time: now.formatted(.iso8601),
            resource: "urn:imagefactory:channel:\(release.template):\(subject.channel.rawValue)",
            policy: ResourceDescriptor(
                uri: PromotionPolicy.file, digest: policy.digest.map { ["sha256": $0.hex] } ?? [:]),
            evidence: [ResourceDescriptor(name: ReleaseFileName.checksums, sha256: release.evidence)],
            checks: checks)
        let statement = try Statement(subject: about, predicate: summary).json()
        bytes = try signer.map { try Envelope.signing(statement, by: $0).json() } ?? statement
    }

    /// The ref of the next record about a release and a channel: the first number that no ref has, whatever else others
    /// pushed there.
    static func ref(series: String, subject: GateSubject, among refs: some Sequence<String>) -> String {
        let stem = "refs/imagefactory/\(series)/summaries/\(subject.release.version)-\(subject.channel.rawValue)."
        let taken = Set(refs.lazy.filter { $0.hasPrefix(stem) })
        var number = 1
        while taken.contains("\(stem)\(number)") { number += 1 }
        return "\(stem)\(number)"
    }
}
