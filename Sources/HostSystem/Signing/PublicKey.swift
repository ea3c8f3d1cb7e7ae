internal import COpenSSL

/// A public key of P-256 or Ed25519, in the form in which openssl and cosign write it.
package struct PublicKey: Sendable, Hashable {
    /// The algorithm.
    package let algorithm: PrivateKey.Algorithm
    /// The key as a DER SubjectPublicKeyInfo (RFC 5280, RFC 8410).
    package let der: [UInt8]
    private let handle: KeyHandle

    private static let label = "PUBLIC KEY"
    /// How long such a key is: of P-256 with both coordinates.
    private static let lengths: [PrivateKey.Algorithm: Int] = [.p256: 91, .ed25519: 44]

    /// The key in a PEM text.
    ///
    /// - Throws: ``KeyError``.
    package init(pem: [UInt8]) throws {
        try self.init(der: try PEMBlock(pem, expecting: [Self.label]).content)
    }

    /// The key in a DER SubjectPublicKeyInfo; other spellings of one key than the usual are refused, since its
    /// fingerprint is that of these bytes.
    init(der: [UInt8]) throws(KeyError) {
        defer { OpenSSL.forgetErrors() }
        guard let key = OpenSSL.object(der, { d2i_PUBKEY(nil, $0, $1) }) else { throw .damaged }
        handle = KeyHandle(key)
        algorithm = try handle.algorithm()
        guard OpenSSL.bytes({ i2d_PUBKEY(key, $0) }) == der, der.count == Self.lengths[algorithm] else {
            throw .damaged
        }
        self.der = der
    }

    /// The key as PEM.
    package var pem: String {
        PEMBlock(label: Self.label, content: der).text
    }

    /// The SHA-256 of ``der``, by which people and envelopes name the key.
    package var fingerprint: Digest {
        Digest.of(der)
    }

    /// Whether the key's owner signed the bytes: of P-256, a DER signature over their SHA-256; of Ed25519, 64 bytes.
    package func verifies(_ signature: [UInt8], of bytes: [UInt8]) -> Bool {
        defer { OpenSSL.forgetErrors() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, algorithm.digest, nil, handle.key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
    }

    package static func == (one: PublicKey, other: PublicKey) -> Bool {
        one.der == other.der
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(der)
    }
}
