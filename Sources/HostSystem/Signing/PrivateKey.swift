internal import COpenSSL

/// A private key that signs: P-256 or Ed25519.
package struct PrivateKey: Sendable {
    /// What a key can be of.
    package enum Algorithm: String, Sendable, CaseIterable, Codable {
        /// ECDSA over P-256 with SHA-256, which every program knows.
        case p256
        /// Ed25519 (RFC 8032): the same bytes get the same signature.
        case ed25519
    }

    /// The algorithm.
    package let algorithm: Algorithm
    /// The other half.
    package let publicKey: PublicKey
    private let handle: KeyHandle

    /// Makes a new key.
    ///
    /// - Throws: ``KeyError``.
    package static func generate(_ algorithm: Algorithm) throws -> PrivateKey {
        defer { OpenSSL.forgetErrors() }
        let key =
            switch algorithm {
            case .p256: imagefactory_generate_p256()
            case .ed25519: imagefactory_generate_ed25519()
            }
        guard let key else { throw OpenSSL.refusal(to: "make a key") }
        return try PrivateKey(KeyHandle(key))
    }

    /// The key in a PEM text, as `openssl genpkey` and `openssl pkcs8` write it: PKCS #8, plain or encrypted.
    ///
    /// Nobody is asked for a passphrase here; one that a plain key does not need is ignored.
    ///
    /// - Throws: ``KeyError``.
    package init(pem: [UInt8], passphrase: Secret?) throws {
        defer { OpenSSL.forgetErrors() }
        let block = try PEMBlock(pem, expecting: [PKCS8.plainLabel, PKCS8.encryptedLabel])
        let content = try PKCS8.open(block, passphrase: passphrase)
        try self.init(try content.key())
    }

    private init(_ handle: KeyHandle) throws(KeyError) {
        algorithm = try handle.algorithm()
        guard let context = EVP_PKEY_CTX_new(handle.key, nil) else { throw OpenSSL.refusal(to: "look at a key") }
        defer { EVP_PKEY_CTX_free(context) }
        // Among other things, whether the two halves belong together, which reading them does not tell.
        guard EVP_PKEY_check(context) == 1 else { throw .damaged }
        publicKey = try PublicKey(der: OpenSSL.bytes { i2d_PUBKEY(handle.key, $0) })
        self.handle = handle
    }

    /// Whether a PEM text is a private key that only a passphrase opens.
    package static func isEncrypted(pem: [UInt8]) throws -> Bool {
        try PEMBlock(pem, expecting: [PKCS8.plainLabel, PKCS8.encryptedLabel]).label == PKCS8.encryptedLabel
    }

    /// The key as PEM: PKCS #8; with a passphrase, encrypted by AES-256 under PBKDF2 (PBES2, RFC 8018).
    ///
    /// - Throws: ``KeyError``.
    package func pem(passphrase: Secret?) throws -> [UInt8] {
        defer { OpenSSL.forgetErrors() }
        return Array(try PKCS8(handle).block(passphrase: passphrase).text.utf8)
    }

    /// The signature of `bytes`, as ``PublicKey/verifies(_:of:)`` takes it.
    ///
    /// - Throws: ``KeyError``.
    package func signature(of bytes: [UInt8]) throws -> [UInt8] {
        defer { OpenSSL.forgetErrors() }
        guard let context = EVP_MD_CTX_new() else { throw OpenSSL.refusal(to: "sign") }
        defer { EVP_MD_CTX_free(context) }
        var count = 0
        guard EVP_DigestSignInit(context, nil, algorithm.digest, nil, handle.key) == 1,
            EVP_DigestSign(context, nil, &count, bytes, bytes.count) == 1
        else { throw OpenSSL.refusal(to: "sign") }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, bytes, bytes.count) == 1 else {
            throw OpenSSL.refusal(to: "sign")
        }
        return Array(signature.prefix(count))
    }
}
