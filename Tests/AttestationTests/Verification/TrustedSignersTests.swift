import Attestation
import Foundation
import HostSystem
import SystemPackage
import Testing

struct TrustedSignersTests {
    @Test func areTheKeysOfAFolderByTheirFilesNames() throws {
        try withFolder { folder, key in
            try folder.appending("alice.pub").write(PrivateKey.generate(.ed25519).publicKey.pem.utf8)
            try folder.appending("README").write("no key".utf8)
            let signers = try TrustedSigners(folder: folder).all
            #expect(signers.map(\.name) == ["alice", "release"])
            #expect(signers.map(\.isRevoked) == [false, false])
            #expect(signers.last?.key == key)
        }
    }

    @Test func areTheOneWhoseKeyIsNamed() throws {
        try withFolder { folder, key in
            let signers = try TrustedSigners(key: folder.appending("release.pub")).all
            #expect(signers == [TrustedSigner(name: "release", key: key)])
        }
    }

    @Test(arguments: ["%", "sha256:%", "# stolen\n\n%  # from a laptop\n", "%\r\n"])
    func knowRevokedKeysByTheirFingerprints(text: String) throws {
        try withFolder { folder, key in
            try folder.appending("revoked").write(text.replacing("%", with: key.fingerprint.hex).utf8)
            #expect(try TrustedSigners(folder: folder).all.map(\.isRevoked) == [true])
        }
    }

    @Test(arguments: ["release", "%%", "% release", "-----BEGIN PUBLIC KEY-----"])
    func refuseAListOfRevokedKeysThatCannotBeRead(text: String) throws {
        try withFolder { folder, key in
            try folder.appending("revoked").write(text.replacing("%", with: key.fingerprint.hex).utf8)
            #expect(
                throws: TrustError.badFile(
                    folder.appending("revoked"), reason: "line 1 is no fingerprint of 64 hexadecimal digits")
            ) { try TrustedSigners(folder: folder) }
        }
    }

    /// A folder in its place must not count as none revoked.
    @Test func refuseAListOfRevokedKeysThatIsNoFile() throws {
        try withFolder { folder, _ in
            try folder.appending("revoked").createFolder()
            #expect(throws: TrustError.self) { try TrustedSigners(folder: folder) }
        }
    }

    /// Nor must a link to a list that is gone.
    @Test func refuseAListOfRevokedKeysThatALinkDoesNotReach() throws {
        try withFolder { folder, _ in
            let list = folder.appending("revoked")
            try FileManager.default.createSymbolicLink(
                atPath: list.string, withDestinationPath: folder.appending("gone").string)
            let error = #expect(throws: TrustError.self) { try TrustedSigners(folder: folder) }
            #expect(error?.description.hasPrefix("\(list) cannot be used") == true)
        }
    }

    @Test func refuseOneKeyUnderTwoNames() throws {
        try withFolder { folder, key in
            try folder.appending("again.pub").write(key.pem.utf8)
            #expect(throws: TrustError.sameKey("again", "release")) { try TrustedSigners(folder: folder) }
        }
    }

    @Test func refuseAKeyThatIsNone() throws {
        try withFolder { folder, _ in
            try folder.appending("alice.pub").write("ssh-ed25519 AAAA alice\n".utf8)
            let error = #expect(throws: TrustError.self) { try TrustedSigners(folder: folder) }
            #expect(error?.description.contains("alice.pub cannot be used: it is no key in PEM") == true)
        }
    }

    @Test func refuseAFolderWithoutKeys() throws {
        try withFolder { folder, _ in
            try folder.appending("release.pub").remove()
            #expect(throws: TrustError.noKeys(folder)) { try TrustedSigners(folder: folder) }
            #expect(throws: TrustError.missing("/nonexistent")) { try TrustedSigners(folder: "/nonexistent") }
            #expect(throws: TrustError.missing("/nonexistent.pub")) { try TrustedSigners(key: "/nonexistent.pub") }
        }
    }

    @Test func areHeldAgainstWhomThePolicyNames() throws {
        try withFolder { folder, _ in
            let signers = try TrustedSigners(folder: folder)
            try VerificationPolicy(signers: ["release": .init()]).check(against: signers)
            #expect(throws: TrustError.noKey(signer: "relaese")) {
                try VerificationPolicy(signers: ["relaese": .init()]).check(against: signers)
            }
        }
    }

    private func withFolder(_ body: (FilePath, PublicKey) throws -> Void) throws {
        let folder = FilePath("/tmp/if-trust-\(String.randomHex(digits: 12))")
        try folder.createFolder()
        defer { try? folder.remove() }
        let key = try PrivateKey.generate(.p256).publicKey
        try folder.appending("release.pub").write(key.pem.utf8)
        try body(folder, key)
    }
}
