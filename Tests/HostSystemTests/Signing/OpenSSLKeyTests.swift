import SystemPackage
import Testing

@testable import HostSystem

/// Our keys and signatures beside those of the program `openssl`.
struct OpenSSLKeyTests {
    private static let algorithms = PrivateKey.Algorithm.allCases
    private let message = Array("a release\nwith two lines\n".utf8)

    @Test(arguments: algorithms)
    func opensslVerifiesWhatWeSign(algorithm: PrivateKey.Algorithm) async throws {
        try await OpenSSLProgram.with { openssl in
            let key = try PrivateKey.generate(algorithm)
            try openssl.write(key.publicKey.pem.utf8, to: "ours.pub")
            try openssl.write(message, to: "message")
            try openssl.write(try key.signature(of: message), to: "ours.sig")
            try await openssl.verify("ours.sig", of: "message", by: "ours.pub", algorithm)
            try openssl.write(message + [0], to: "message")
            await #expect(throws: ProgramError.self) {
                try await openssl.verify("ours.sig", of: "message", by: "ours.pub", algorithm)
            }
        }
    }

    @Test(arguments: algorithms)
    func weVerifyWhatOpensslSigns(algorithm: PrivateKey.Algorithm) async throws {
        try await OpenSSLProgram.with { openssl in
            try await openssl.makeKey(algorithm, in: "theirs.key")
            try await openssl.run("pkey", "-in", "theirs.key", "-pubout", "-out", "theirs.pub")
            try openssl.write(message, to: "message")
            let signature = try await openssl.sign("message", by: "theirs.key", algorithm)
            let key = try PublicKey(pem: try openssl.read("theirs.pub"))
            #expect(key.algorithm == algorithm)
            #expect(key.verifies(signature, of: message))
            #expect(!key.verifies(signature, of: message + [0]))
            #expect(try Array(key.pem.utf8) == openssl.read("theirs.pub"))
        }
    }

    @Test(arguments: algorithms)
    func opensslReadsOurPrivateKeys(algorithm: PrivateKey.Algorithm) async throws {
        try await OpenSSLProgram.with { openssl in
            let key = try PrivateKey.generate(algorithm)
            try openssl.write(try key.pem(passphrase: nil), to: "plain.key")
            try openssl.write(try key.pem(passphrase: Secret("pass phrase ü")), to: "encrypted.key")
            try await openssl.run("pkey", "-in", "plain.key", "-check", "-noout")
            let plain = try await openssl.run("pkey", "-in", "plain.key", "-pubout")
            let encrypted = try await openssl.run(
                "pkey", "-in", "encrypted.key", "-passin", "env:PW", "-pubout", passphrase: "pass phrase ü")
            #expect(plain + "\n" == key.publicKey.pem)
            #expect(encrypted == plain)
            await #expect(throws: ProgramError.self) {
                try await openssl.run(
                    "pkey", "-in", "encrypted.key", "-passin", "env:PW", "-pubout", passphrase: "pass phrase")
            }
            let parts = try await openssl.run("asn1parse", "-in", "encrypted.key")
            #expect(parts.contains("PBKDF2") && parts.contains("hmacWithSHA256") && parts.contains("aes-256-cbc"))
        }
    }

    @Test(arguments: algorithms)
    func weReadOpensslsPrivateKeys(algorithm: PrivateKey.Algorithm) async throws {
        try await OpenSSLProgram.with { openssl in
            try await openssl.makeKey(algorithm, in: "plain.key")
            let publicKey = try await openssl.run("pkey", "-in", "plain.key", "-pubout") + "\n"
            let plain = try PrivateKey(pem: try openssl.read("plain.key"), passphrase: nil)
            #expect(plain.publicKey.pem == publicKey)
            for options in [[], ["-v2", "aes-128-cbc"], ["-v2prf", "hmacWithSHA512"], ["-scrypt"]] {
                _ = try await Program.run(
                    "openssl",
                    ["pkcs8", "-topk8", "-in", "plain.key", "-out", "encrypted.key", "-passout", "env:PW"] + options,
                    environment: ["PW": "geheim"], in: openssl.folder, deadline: .seconds(60))
                let encrypted = try PrivateKey(pem: try openssl.read("encrypted.key"), passphrase: Secret("geheim"))
                #expect(encrypted.publicKey.pem == publicKey)
            }
        }
    }

    @Test(arguments: [
        ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
        ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"], ["-algorithm", "ED448"],
    ])
    func refusesKeysOfOtherAlgorithms(options: [String]) async throws {
        try await OpenSSLProgram.with { openssl in
            _ = try await Program.run(
                "openssl", ["genpkey", "-out", "other.key"] + options, in: openssl.folder, deadline: .seconds(60))
            try await openssl.run("pkey", "-in", "other.key", "-pubout", "-out", "other.pub")
            let errors = [
                #expect(throws: KeyError.self) {
                    try PrivateKey(pem: try openssl.read("other.key"), passphrase: nil)
                },
                #expect(throws: KeyError.self) { try PublicKey(pem: try openssl.read("other.pub")) },
            ]
            for case let error? in errors {
                guard case .unsupportedAlgorithm = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }

    @Test func refusesOtherSpellingsOfAKey() async throws {
        try await OpenSSLProgram.with { openssl in
            try await openssl.makeKey(.p256, in: "plain.key")
            try await openssl.run("ec", "-in", "plain.key", "-out", "sec1.key")
            #expect(throws: KeyError.otherContent(label: "EC PRIVATE KEY")) {
                try PrivateKey(pem: try openssl.read("sec1.key"), passphrase: nil)
            }
            for options in [["-conv_form", "compressed"], ["-param_enc", "explicit"]] {
                _ = try await Program.run(
                    "openssl", ["ec", "-in", "plain.key", "-pubout", "-out", "odd.pub"] + options,
                    in: openssl.folder, deadline: .seconds(60))
                #expect(throws: KeyError.self) { try PublicKey(pem: try openssl.read("odd.pub")) }
            }
        }
    }

    @Test(arguments: [["-v1", "PBE-SHA1-3DES"], ["-iter", "10000001"], ["-scrypt"]])
    func refusesAnEncryptionThatAsksForTooMuch(options: [String]) async throws {
        try await OpenSSLProgram.with { openssl in
            try await openssl.makeKey(.ed25519, in: "plain.key")
            _ = try await Program.run(
                "openssl",
                ["pkcs8", "-topk8", "-in", "plain.key", "-out", "odd.key", "-passout", "env:PW"] + options,
                environment: ["PW": "geheim"], in: openssl.folder, deadline: .seconds(60))
            var block = try PEMBlock(try openssl.read("odd.key"), expecting: ["ENCRYPTED PRIVATE KEY"])
            // The costs of scrypt, 16384, 8 and 1: of the last, which takes the most time, openssl would make no more.
            if let costs = block.content.firstRange(of: [2, 2, 0x40, 0, 2, 1, 8, 2, 1, 1]) {
                var content = block.content
                content[costs.upperBound - 1] = 127
                block = PEMBlock(label: block.label, content: content)
            }
            let error = #expect(throws: KeyError.self) {
                try PrivateKey(pem: Array(block.text.utf8), passphrase: Secret("geheim"))
            }
            guard case .unsupportedEncryption = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test(arguments: algorithms)
    func namesAKeyByTheDigestOfItsDER(algorithm: PrivateKey.Algorithm) async throws {
        try await OpenSSLProgram.with { openssl in
            let key = try PrivateKey.generate(algorithm).publicKey
            try openssl.write(key.pem.utf8, to: "ours.pub")
            try await openssl.run("pkey", "-pubin", "-in", "ours.pub", "-outform", "DER", "-out", "ours.der")
            #expect(try await Digest.of(file: openssl.folder.appending("ours.der")) == key.fingerprint)
        }
    }
}
