import Attestation
import HostSystem
import SystemPackage
import Testing

struct ReleaseSignatureTests {
    @Test(arguments: PrivateKey.Algorithm.allCases)
    func isOfTheChecksumsAndOfOneKey(algorithm: PrivateKey.Algorithm) async throws {
        try await withRelease { folder, signature in
            let key = try PrivateKey.generate(algorithm)
            #expect(try !signature.isMade(by: key.publicKey))
            #expect(try signature.make(by: key) == .made)
            #expect(try signature.isMade(by: key.publicKey))
            #expect(try !signature.isMade(by: PrivateKey.generate(algorithm).publicKey))
            #expect(folder.folderEntries == ["SHA256SUMS", "SHA256SUMS.sig"])
            try signature.checksums.write("other".utf8)
            #expect(try !signature.isMade(by: key.publicKey))
        }
    }

    @Test func isKeptIfItIsGood() async throws {
        try await withRelease { _, signature in
            let key = try PrivateKey.generate(.p256)
            _ = try signature.make(by: key)
            let bytes = try signature.path.readBytes()
            #expect(try signature.make(by: key) == .kept)
            #expect(try signature.make(by: key, replaces: true) == .kept)
            #expect(try signature.path.readBytes() == bytes)
        }
    }

    @Test func givesWayToAnotherKeyOnRequestAlone() async throws {
        try await withRelease { _, signature in
            let (key, other) = (try PrivateKey.generate(.p256), try PrivateKey.generate(.ed25519))
            _ = try signature.make(by: key)
            #expect(throws: ReleaseSignatureError.foreign(signature.path)) { try signature.make(by: other) }
            #expect(try signature.isMade(by: key.publicKey))
            #expect(try signature.make(by: other, replaces: true) == .replaced)
            #expect(try signature.isMade(by: other.publicKey))
            try signature.checksums.write("other".utf8)
            #expect(throws: ReleaseSignatureError.foreign(signature.path)) { try signature.make(by: other) }
        }
    }

    @Test func needsARelease() async throws {
        try await withRelease { folder, signature in
            try signature.checksums.remove()
            let key = try PrivateKey.generate(.p256)
            #expect(throws: GuardedFileError.missing(signature.checksums)) { try signature.checkRelease() }
            #expect(throws: GuardedFileError.missing(signature.checksums)) { try signature.make(by: key) }
            #expect(folder.folderEntries == [])
        }
    }

    private func withRelease(_ body: (FilePath, ReleaseSignature) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-signature") { folder in
            try folder.appending("SHA256SUMS").write("\(Digest.of("x").hex)  x\n".utf8)
            try await body(folder, ReleaseSignature(of: folder))
        }
    }
}
