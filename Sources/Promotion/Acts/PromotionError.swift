package import Attestation

/// Why a release does not enter a channel, or leave it.
package enum PromotionError: Error, CustomStringConvertible {
    /// Nothing is promoted to this channel.
    case noSource(Channel)
    /// The version was never in the channel that it must come from.
    case notInSource(String, String, Channel)
    /// What the policy asks for is not all there.
    case missing(ReleaseIdentity, Channel, [Requirement])
    /// A record of what the gates found could not be kept.
    case unrecorded(ReleaseIdentity)
    /// The ledger does not know the version.
    case unknown(String, String)
    /// The channel holds nothing that could be undone, or had nothing before it.
    case nothingBefore(String, Channel)
    /// The version was never in the channel.
    case neverIn(String, String, Channel)
    /// The channel holds it already.
    case current(String, String, Channel)
    /// Somebody took the version back.
    case revoked(Revocation)
    /// The one who approves is none of those who may.
    case notApprover(String?, Channel, Set<String>)

    package var description: String {
        switch self {
        case .noSource(let channel): "nothing is promoted to \(channel.rawValue): builds put releases there"
        case .notInSource(let series, let version, let source):
            "\(series) \(version) was never in \(source.rawValue), where it must come from; "
                + (source.source == nil
                    ? "build it with --version \(version)" : "promote it to \(source.rawValue) first")
        case .missing(let release, let channel, let requirements):
            ([
                "\(release.template) \(release.version) cannot enter \(channel.rawValue), and nothing was changed"
            ] + requirements.map { "  > \($0.name): \($0.detail)" }).joined(separator: "\n")
        case .unrecorded(let release):
            "what the gates found of \(release.version) could not be recorded, as others are recording; try again"
        case .unknown(let series, let version):
            "the ledger of \(series) has no \(version); 'imagefactory log \(series)' lists it"
        case .nothingBefore(let series, let channel):
            "\(series) has nothing in \(channel.rawValue) to go back to; name a version by --to"
        case .neverIn(let series, let version, let channel):
            "\(series) \(version) was never in \(channel.rawValue); a rollback goes to what was there"
        case .current(let series, let version, let channel):
            "\(channel.rawValue) of \(series) holds \(version) already"
        case .revoked(let revocation):
            "\(revocation.tag.name) took it back: \(revocation.reason); choose another version"
        case .notApprover(let signer, let channel, let approvers):
            "\(signer ?? "nobody that is known") may not approve for \(channel.rawValue); "
                + "\(approvers.sorted().joined(separator: ", ")) may"
        }
    }
}
