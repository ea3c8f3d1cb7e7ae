import Testing

@testable import HostSystem

struct PrivateKeyTests {
    private let passphrase = Secret("correct horse — battery staple")

    @Test(arguments: PrivateKey.Algorithm.allCases)
    func isReadAsItWasWritten(algorithm: PrivateKey.Algorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        for passphrase in [nil, passphrase] {
            let read = try PrivateKey(pem: try key.pem(passphrase: passphrase), passphrase: passphrase)
            #expect(read.algorithm == algorithm)
            #expect(read.publicKey == key.publicKey)
            let signature = try read.signature(of: [1, 2, 3])
            #expect(key.publicKey.verifies(signature, of: [1, 2, 3]))
        }
    }

    @Test(arguments: PrivateKey.Algorithm.allCases)
    func signsWhatItsOwnPublicKeyAloneVerifies(algorithm: PrivateKey.Algorithm) throws {
        let (key, other) = (try PrivateKey.generate(algorithm), try PrivateKey.generate(algorithm))
        for bytes in [[], [0], [UInt8](repeating: 7, count: 100_000)] {
            let signature = try key.signature(of: bytes)
            #expect(key.publicKey.verifies(signature, of: bytes))
            #expect(!other.publicKey.verifies(signature, of: bytes))
            #expect(!key.publicKey.verifies(signature, of: bytes + [0]))
            #expect(!key.publicKey.verifies(signature + [0], of: bytes))
            #expect(!key.publicKey.verifies([], of: bytes))
        }
    }

    @Test func signsDifferentlyByAlgorithm() throws {
        let (p256, ed25519) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.ed25519))
        #expect(try ed25519.signature(of: [1]).count == 64)
        #expect(try ed25519.signature(of: [1]) == ed25519.signature(of: [1]))
        #expect(try !ed25519.publicKey.verifies(p256.signature(of: [1]), of: [1]))
        #expect(try !p256.publicKey.verifies(ed25519.signature(of: [1]), of: [1]))
    }

    @Test(arguments: PrivateKey.Algorithm.allCases)
    func isUsedByManyTasksAtOnce(algorithm: PrivateKey.Algorithm) async throws {
        let key = try PrivateKey.generate(algorithm)
        let good = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in UInt8(0)..<200 {
                group.addTask { key.publicKey.verifies(try key.signature(of: [number]), of: [number]) }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(good == 200)
    }

    @Test func needsItsPassphraseAndNoOther() throws {
        let pem = try PrivateKey.generate(.p256).pem(passphrase: passphrase)
        #expect(try PrivateKey.isEncrypted(pem: pem))
        #expect(throws: KeyError.passphraseNeeded) { try PrivateKey(pem: pem, passphrase: nil) }
        for wrong in ["", "correct horse", passphrase.reveal() + " "] {
            #expect(throws: KeyError.wrongPassphrase) { try PrivateKey(pem: pem, passphrase: Secret(wrong)) }
        }
    }

    @Test func leavesNoErrorForTheNextCall() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = try key.pem(passphrase: passphrase)
        for _ in 0..<3 {
            _ = try? PrivateKey(pem: pem, passphrase: Secret("wrong"))
            #expect(!key.publicKey.verifies([1, 2, 3], of: []))
            #expect(OpenSSL.refusal(to: "look") == .refused(operation: "look", reason: "no reason is given"))
        }
    }

    @Test(arguments: ["", "hello", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PUBLIC KEY-----\n\n"])
    func refusesWhatIsNoPEM(text: String) {
        #expect(throws: KeyError.self) { try PrivateKey(pem: Array(text.utf8), passphrase: nil) }
        #expect(throws: KeyError.self) { try PublicKey(pem: Array(text.utf8)) }
    }

    @Test func saysWhatAPEMHoldsInstead() throws {
        let key = try PrivateKey.generate(.ed25519)
        #expect(throws: KeyError.otherContent(label: "PUBLIC KEY")) {
            try PrivateKey(pem: Array(key.publicKey.pem.utf8), passphrase: nil)
        }
        #expect(throws: KeyError.otherContent(label: "PRIVATE KEY")) {
            try PublicKey(pem: try key.pem(passphrase: nil))
        }
    }

    @Test func refusesAnythingAroundTheKey() throws {
        let pem = try PrivateKey.generate(.p256).publicKey.pem
        for text in ["\n" + pem, "key:\n" + pem, pem + pem, pem + "x", pem.dropLast(2) + "\n"] {
            #expect(throws: KeyError.self) { try PublicKey(pem: Array(text.utf8)) }
        }
        let windows = pem.split(separator: "\n").joined(separator: "\r\n") + "\r\n"
        #expect(try PublicKey(pem: Array(windows.utf8)).pem == pem)
    }

    @Test func printsNothingOfItself() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = String(decoding: try key.pem(passphrase: nil), as: UTF8.self)
        var dumped = ""
        dump(key, to: &dumped)
        for line in pem.split(separator: "\n").dropFirst().dropLast() { #expect(!dumped.contains(line)) }
    }
}
