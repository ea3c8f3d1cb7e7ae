package import Foundation

/// What a release must have, and whose signatures count, for somebody to use it.
package struct VerificationPolicy: Sendable, Equatable {
    /// What a release must have, beside the signed checksums, which are always asked for.
    package var required: Set<Evidence>
    /// Who may sign, by name; nil for everybody who is trusted.
    package var signers: [String: Term]?
    /// How many of them must have signed each statement; the checksums have room for one signature.
    package var threshold: Int
    /// What the provenance must say; nil for no more than that it is one.
    package var provenance: ProvenanceDemands?

    /// For how long somebody may sign.
    package struct Term: Sendable, Equatable {
        /// The moment from which on the key no longer counts; nil for one without an end.
        package var end: Date?

        /// A term.
        package init(end: Date? = nil) {
            self.end = end
        }
    }

    /// A policy.
    package init(
        required: Set<Evidence> = Evidence.usual, signers: [String: Term]? = nil, threshold: Int = 1,
        provenance: ProvenanceDemands? = nil
    ) {
        self.required = required
        self.signers = signers
        self.threshold = threshold
        self.provenance = provenance
    }

    /// Refuses a policy that no release can meet, as somebody whom it names has no key.
    package func check(against trusted: TrustedSigners) throws(TrustError) {
        let names = Set(trusted.all.map(\.name))
        if let stranger = (signers ?? [:]).keys.sorted().first(where: { !names.contains($0) }) {
            throw .noKey(signer: stranger)
        }
    }

    /// What a release must have. Where several must sign, a statement about the images must be there for them to sign; where
    /// it must say something, too.
    var demanded: Set<Evidence> {
        threshold > 1 || provenance != nil ? required.union([.provenance]) : required
    }

    /// What keeps a signer's signature from counting at a time; nil if it counts.
    func objection(to signer: TrustedSigner, at now: Date) -> Objection? {
        if signer.isRevoked { return .revoked }
        guard let signers else { return nil }
        guard let term = signers[signer.name] else { return .notAllowed }
        if let end = term.end, now >= end { return .expired(end) }
        return nil
    }

    /// Why a good signature does not count.
    enum Objection: Equatable {
        case revoked, notAllowed
        case expired(Date)
    }
}
