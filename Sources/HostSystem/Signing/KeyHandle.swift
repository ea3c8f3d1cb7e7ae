internal import COpenSSL

/// The only owner of an `EVP_PKEY`.
///
/// It can be sent: nothing changes a key that was made, and OpenSSL guards what it remembers of one by locks of its own.
final class KeyHandle: @unchecked Sendable {
    /// The key, as OpenSSL knows it.
    let key: OpaquePointer

    /// Takes over a key that the caller made.
    init(_ key: OpaquePointer) {
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// What kind of key it is.
    func algorithm() throws(KeyError) -> PrivateKey.Algorithm {
        let number = EVP_PKEY_get_base_id(key)
        if number == EVP_PKEY_ED25519 { return .ed25519 }
        guard number == EVP_PKEY_EC else { throw .unsupportedAlgorithm(OpenSSL.name(number)) }
        var name = [CChar](repeating: 0, count: 64)
        var count = 0
        guard EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else {
            throw .unsupportedAlgorithm("a curve without a name")
        }
        let curve = String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard curve == "prime256v1" else { throw .unsupportedAlgorithm("the curve \(curve)") }
        return .p256
    }
}

extension PrivateKey.Algorithm {
    /// The digest that is signed; Ed25519 takes the bytes themselves.
    var digest: OpaquePointer? {
        switch self {
        case .p256: EVP_sha256()
        case .ed25519: nil
        }
    }
}
