import Attestation
import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage

extension Tampering {
    /// Signatures that do not count, and evidence that the policy misses.
    static let signers: [Tampering] =
        [
            Tampering("checksums signed by a stranger", .signature, "SHA256SUMS.sig") {
                try $0.seal(by: PrivateKey.generate(.p256))
            },
            Tampering("another key that is trusted", .signature, "SHA256SUMS.sig") {
                $0.trusted = [TrustedSigner(name: "other", key: try PrivateKey.generate(.p256).publicKey)]
            },
            Tampering("a key of another algorithm that is trusted", .signature, "SHA256SUMS.sig") {
                $0.trusted = [TrustedSigner(name: "other", key: try PrivateKey.generate(.ed25519).publicKey)]
            },
            Tampering("nobody who is trusted", .signature, "SHA256SUMS.sig") { $0.trusted = [] },
            Tampering("no key at all", .unvouched, "SHA256SUMS") { $0.trusted = nil },
            Tampering("a signature that is empty", .signature, "SHA256SUMS.sig") { try $0.write("SHA256SUMS.sig", []) },
            Tampering("a signature as text", .signature, "SHA256SUMS.sig") {
                try $0.edit("SHA256SUMS.sig") { $0 = Array(Data($0).base64EncodedString().utf8) }
            },
            Tampering("a signature with a byte more", .signature, "SHA256SUMS.sig") {
                try $0.edit("SHA256SUMS.sig") { $0.append(0) }
            },
            Tampering("a signature of zeros", .signature, "SHA256SUMS.sig") {
                try $0.edit("SHA256SUMS.sig") { $0 = $0.map { _ in 0 } }
            },
            Tampering("an envelope signed by a stranger", .unknownSigner, "tests.dsse.json") {
                try $0.signAnew("tests.dsse.json", by: [PrivateKey.generate(.p256)])
            },
            Tampering("a stranger's signature with a trusted one's name", .signature, "tests.dsse.json") {
                let envelope = try Envelope(json: try $0.bytes("tests.dsse.json"))
                let strange = try Envelope.signing(envelope.payload, by: PrivateKey.generate(.p256))
                let forged = Envelope.Signature(
                    keyID: $0.key.publicKey.fingerprint.hex, bytes: strange.signatures[0].bytes)
                let whole = Envelope(
                    payloadType: envelope.payloadType, payload: envelope.payload, signatures: [forged])
                try $0.write("tests.dsse.json", try whole.json())
                try $0.seal()
            },
            Tampering("a signature of another statement", .signature, "tests.dsse.json") {
                let payload = try Envelope(json: try $0.bytes("tests.dsse.json")).payload
                let other = try Envelope(json: try $0.bytes("seal-report.dsse.json"))
                let whole = Envelope(
                    payloadType: Envelope.statementType, payload: payload, signatures: other.signatures)
                try $0.write("tests.dsse.json", try whole.json())
                try $0.seal()
            },
            Tampering("a revoked key", .revokedSigner, "SHA256SUMS.sig") {
                $0.trusted = [TrustedSigner(name: "release", key: $0.key.publicKey, isRevoked: true)]
            },
            Tampering("a key whose time is over", .expiredSigner, "SHA256SUMS.sig") {
                $0.policy.signers = ["release": .init(end: $0.now)]
            },
            Tampering("a signer whom the policy does not name", .signerNotAllowed, "SHA256SUMS.sig") {
                $0.policy.signers = ["alice": .init()]
            },
            Tampering("a policy for nobody", .signerNotAllowed, "SHA256SUMS.sig") { $0.policy.signers = [:] },
            Tampering("a statement by a revoked key", .revokedSigner, "tests.dsse.json") {
                let key = try $0.trustAnother(isRevoked: true)
                try $0.signAnew("tests.dsse.json", by: [key])
            },
            Tampering("a statement by a key whose time is over", .expiredSigner, "tests.dsse.json") {
                let key = try $0.trustAnother()
                $0.policy.signers = ["release": .init(), "another": .init(end: $0.now.addingTimeInterval(-1))]
                try $0.signAnew("tests.dsse.json", by: [key])
            },
            Tampering("a statement by somebody whom the policy does not name", .signerNotAllowed, "tests.dsse.json") {
                let key = try $0.trustAnother()
                $0.policy.signers = ["release": .init()]
                try $0.signAnew("tests.dsse.json", by: [key])
            },
            Tampering("one signer of two", .tooFewSigners, "provenance.dsse.json") {
                _ = try $0.trustAnother()
                $0.policy.threshold = 2
            },
            Tampering("one signer twice", .tooFewSigners, "tests.dsse.json") {
                let (key, other) = ($0.key, try $0.trustAnother())
                $0.policy.threshold = 2
                for name in ReleaseFixture.envelopes { try $0.signAnew(name, by: [key, other]) }
                try $0.signAnew("tests.dsse.json", by: [key, key])
            },
            Tampering("a signer and a revoked one", .revokedSigner, "tests.dsse.json") {
                let (key, other) = ($0.key, try $0.trustAnother(isRevoked: true))
                $0.policy.threshold = 2
                try $0.signAnew("tests.dsse.json", by: [key, other])
            },
            Tampering("nothing that two could sign", .evidenceMissing, "provenance.dsse.json") {
                $0.policy = VerificationPolicy(required: [], threshold: 2)
                for name in ReleaseFixture.envelopes { try $0.folder.appending(name).remove() }
                try $0.seal()
            },
            Tampering("no boot report, where it is asked for", .evidenceMissing, "boot-report.dsse.json") {
                $0.policy.required.insert(.bootReport)
            },
        ]
        + (ReleaseFixture.envelopes + ReleaseFixture.reports.values.sorted() + ["sbom.spdx.json", "sbom.cdx.json"]).map
    {
        name in
        Tampering("checksums made anew without \(name)", .evidenceMissing, name) {
            try $0.folder.appending(name).remove()
            try $0.seal()
        }
    }
}

extension ReleaseFixture {
    /// Trusts a second signer, `another`.
    fileprivate mutating func trustAnother(isRevoked: Bool = false) throws -> PrivateKey {
        let key = try PrivateKey.generate(.ed25519)
        trusted?.append(TrustedSigner(name: "another", key: key.publicKey, isRevoked: isRevoked))
        return key
    }

    /// Signs an envelope's statement by other keys, and the checksums by the release's own.
    fileprivate func signAnew(_ name: String, by keys: [PrivateKey]) throws {
        try sign(name, try Envelope(json: try bytes(name)).payload, by: keys)
        try seal()
    }
}
