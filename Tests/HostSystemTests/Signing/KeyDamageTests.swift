import HostSystem
import Testing

/// Each byte of what may come from anywhere, changed: nothing is taken for what it was, and nothing crashes.
struct KeyDamageTests {
    private static let algorithms = PrivateKey.Algorithm.allCases

    @Test(arguments: algorithms)
    func noChangedSignatureOrMessageVerifies(algorithm: PrivateKey.Algorithm) throws {
        var random = ByteChanger(seed: 1)
        for round in 0..<8 {
            let key = try PrivateKey.generate(algorithm)
            let message = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* (round + 3)) }
            let signature = try key.signature(of: message)
            try #require(key.publicKey.verifies(signature, of: message))
            for index in signature.indices {
                #expect(!key.publicKey.verifies(random.changing(signature, at: index), of: message))
                #expect(!key.publicKey.verifies(Array(signature[..<index]), of: message))
            }
            for index in message.indices {
                #expect(!key.publicKey.verifies(signature, of: random.changing(message, at: index)))
            }
        }
    }

    @Test(arguments: algorithms)
    func aChangedPublicKeyIsRefusedOrAnother(algorithm: PrivateKey.Algorithm) throws {
        var random = ByteChanger(seed: 2)
        let key = try PrivateKey.generate(algorithm)
        let signature = try key.signature(of: [1, 2, 3])
        let pem = Array(key.publicKey.pem.utf8)
        for _ in 0..<4 {
            for index in pem.indices {
                // Every 32 bytes are a public key of Ed25519.
                guard let other = try? PublicKey(pem: random.changing(pem, at: index)) else { continue }
                #expect(algorithm == .ed25519)
                #expect(other != key.publicKey && other.fingerprint != key.publicKey.fingerprint)
                #expect(!other.verifies(signature, of: [1, 2, 3]))
            }
        }
    }

    @Test(arguments: algorithms, [false, true])
    func aChangedPrivateKeyIsRefusedOrAnother(algorithm: PrivateKey.Algorithm, isEncrypted: Bool) async throws {
        try await OpenSSLProgram.with { openssl in
            var random = ByteChanger(seed: 3)
            try await openssl.makeKey(algorithm, in: "plain.key")
            // A thousand rounds, where ours have many more, for there are some thousand attempts.
            try await openssl.run(
                "pkcs8", "-topk8", "-in", "plain.key", "-out", "encrypted.key", "-iter", "1000", "-passout", "env:PW",
                passphrase: "geheim")
            let pem = try openssl.read(isEncrypted ? "encrypted.key" : "plain.key")
            let key = try PrivateKey(pem: pem, passphrase: Secret("geheim"))
            for _ in 0..<4 {
                for index in pem.indices {
                    let changed = random.changing(pem, at: index)
                    // Every 32 bytes are a private key of Ed25519; of P-256, both halves are there and must agree.
                    guard let other = try? PrivateKey(pem: changed, passphrase: Secret("geheim")) else { continue }
                    #expect(algorithm == .ed25519, "\(index): \(String(decoding: changed, as: UTF8.self))")
                    #expect(other.publicKey != key.publicKey, "\(index): \(String(decoding: changed, as: UTF8.self))")
                }
            }
        }
    }

    @Test(arguments: algorithms)
    func aTruncatedKeyIsRefused(algorithm: PrivateKey.Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let (whole, half) = (try key.pem(passphrase: nil), Array(key.publicKey.pem.utf8))
        for count in 0..<(whole.count - 1) {
            #expect(throws: KeyError.self) { try PrivateKey(pem: Array(whole[..<count]), passphrase: nil) }
        }
        for count in 0..<(half.count - 1) {
            #expect(throws: KeyError.self) { try PublicKey(pem: Array(half[..<count])) }
        }
    }
}

/// Changes of single bytes, the same for the same seed (SplitMix64).
private struct ByteChanger {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func changing(_ bytes: [UInt8], at index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= UInt8(truncatingIfNeeded: 1 + next() % 255)
        return bytes
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }
}
