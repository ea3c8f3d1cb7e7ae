internal import Foundation
internal import HostSystem

/// Tells who signed something, and whether that is enough.
///
/// The time of verification counts, and no date that the release names: whoever has an old key would name an old one.
struct SignatureCheck {
    let trusted: TrustedSigners
    let policy: VerificationPolicy
    let now: Date

    /// Those who signed and count; and what is to be said if they are too few.
    struct Outcome {
        var signers: [TrustedSigner] = []
        var findings: [Finding] = []
    }

    /// Looks at the one signature over the checksums.
    func checkChecksums(_ signature: [UInt8], over bytes: [UInt8]) -> Outcome {
        let signed = trusted.all.filter { $0.key.verifies(signature, of: bytes) }
        guard signed.isEmpty else { return judge(signed, ReleaseFileName.signature, needed: 1) }
        let names = trusted.all.map(\.name).joined(separator: ", ")
        return Outcome(findings: [
            Finding(
                .signature, ReleaseFileName.signature,
                "is no signature over \(ReleaseFileName.checksums) by a key that is trusted (\(names))")
        ])
    }

    /// Looks at an envelope's signatures; some by others are no harm.
    func check(_ envelope: Envelope, _ file: String) -> Outcome {
        let signed = trusted.all.filter { envelope.isSigned(by: $0.key) }
        guard signed.isEmpty else { return judge(signed, file, needed: policy.threshold) }
        let hints = envelope.signatures.compactMap(\.keyID)
        if let signer = hints.lazy.compactMap(trusted.signer(keyID:)).first {
            return Outcome(findings: [Finding(.signature, file, "does not hold what '\(signer.name)' has signed")])
        }
        let keys = hints.isEmpty ? "no key that it names" : hints.map(StrictJSON.quoted).joined(separator: ", ")
        return Outcome(findings: [Finding(.unknownSigner, file, "is signed by nobody who is trusted, but by \(keys)")])
    }

    private func judge(_ signed: [TrustedSigner], _ file: String, needed: Int) -> Outcome {
        var outcome = Outcome()
        for signer in signed {
            switch policy.objection(to: signer, at: now) {
            case nil: outcome.signers.append(signer)
            case .revoked:
                outcome.findings.append(
                    Finding(.revokedSigner, file, "is signed by '\(signer.name)', whose key was revoked"))
            case .notAllowed:
                outcome.findings.append(
                    Finding(.signerNotAllowed, file, "is signed by '\(signer.name)', whom the policy does not name"))
            case .expired(let end):
                let time = end.formatted(.iso8601)
                outcome.findings.append(
                    Finding(.expiredSigner, file, "is signed by '\(signer.name)', whose key was good until \(time)"))
            }
        }
        guard outcome.signers.count < needed else {
            outcome.findings = []
            return outcome
        }
        if !outcome.signers.isEmpty {
            outcome.findings.append(
                Finding(
                    .tooFewSigners, file,
                    "is signed by \(outcome.signers.count) of those who may, and the policy asks for \(needed)"))
        }
        return outcome
    }
}
