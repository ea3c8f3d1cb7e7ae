import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

/// Who signed, by the real `ssh-keygen`.
@Suite(.timeLimit(.minutes(2)))
struct SignerTests {
    @Test func refusesUnsignedAndUnknown() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", .dev, signer: "nobody", locks: false)
            try await ledger.place("v1.0.0", .staging, signer: "eve", locks: false)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.unsigned, .unknownSigner])
            #expect(reading.series.isEmpty)
        }
    }

    @Test func refusesASignatureOverOtherBytes() async throws {
        try await LedgerFixture.with { ledger in
            let name = try #require(TagName("golden/v1.0.0-dev"))
            let message = try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil)
            let text = ledger.tagText("\(name)", "\(message)")
            let signature = try await ledger.signature(over: Array("other".utf8), by: "ada")
            try await ledger.point("refs/tags/\(name)", to: ledger.store(Array(text.utf8) + signature))
            #expect(try await ledger.problems() == [.badSignature])
        }
    }

    @Test func saysThatOtherSignaturesAreNotSupported() async throws {
        try await LedgerFixture.with { ledger in
            let name = try #require(TagName("golden/v1.0.0-dev"))
            let message = try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil)
            let block = "-----BEGIN PGP SIGNATURE-----\n\niQEzBAAB\n-----END PGP SIGNATURE-----\n"
            try await ledger.point(
                "refs/tags/\(name)", to: ledger.store(Array((ledger.tagText("\(name)", "\(message)") + block).utf8)))
            #expect(try await ledger.problems() == [.unsupportedSignature])
        }
    }

    @Test func refusesAKeyThatWasNotGoodAtThatTime() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.commitSigners([
                try ledger.allowedLine("ada", options: #",valid-before="20250111""#),
                try ledger.allowedLine("bob", options: #",valid-after="20250111""#),
            ])
            let first = try await ledger.place("v1.0.0", day: 9)
            try await ledger.place("v1.1.0", after: first, day: 11, locks: false)
            try await ledger.place("v1.0.0", .staging, day: 9, signer: "bob", locks: false)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.expiredSigner, .expiredSigner])
            #expect(reading["golden"]?.current(in: .dev)?.tag.id == first)
        }
    }

    /// Who dates a tag back into the life of a key comes before the tag that it follows.
    @Test func refusesAnExpiredKeyThatIsDatedBack() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.commitSigners([
                try ledger.allowedLine("ada"), try ledger.allowedLine("bob", options: #",valid-before="20250111""#),
            ])
            let first = try await ledger.place("v1.0.0", day: 20)
            try await ledger.place("v1.1.0", after: first, day: 5, signer: "bob", locks: false)
            #expect(try await ledger.problems() == [.backDated])
        }
    }

    @Test func refusesARevokedKeyWheneverItSigned() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", signer: "bob", locks: false)
            try await ledger.place("v1.0.0", .staging, signer: "ada")
            #expect(try await ledger.problems() == [])
            try await ledger.commitSigners(
                [try ledger.allowedLine("ada"), try ledger.allowedLine("bob")],
                revoked: ["# left in May", try ledger.publicKey("bob")])
            #expect(try await ledger.problems() == [.lost, .revokedSigner])
        }
    }

    @Test func takesARevocationListOfOpenSSH() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", signer: "bob", locks: false)
            let list = ledger.repository.folder.pushing(SignerFiles.folder).appending(SignerFiles.revokedName)
            try await Program.run(
                "ssh-keygen", ["-q", "-k", "-f", list.string, "\(ledger.key("bob")).pub"], deadline: .seconds(20))
            try await ledger.commitSigners([try ledger.allowedLine("ada"), try ledger.allowedLine("bob")])
            #expect(try await ledger.problems() == [.revokedSigner])
        }
    }

    /// `ssh-keygen` would pass over the line, and the key go on being good.
    @Test(arguments: ["ssh-ed25519 AAAA", "bob", "SHA256:abc"])
    func refusesRevokedKeysThatAreNone(_ line: String) async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            try await ledger.commitSigners(
                [try ledger.allowedLine("ada")], revoked: [try ledger.publicKey("bob"), line])
            await #expect(throws: SignerFilesError.self) { try await ledger.read() }
        }
    }

    @Test func refusesAKeyForOtherNamespaces() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", locks: false)
            try await ledger.commitSigners(["ada@example.org namespaces=\"file\" \(ledger.publicKey("ada"))"])
            #expect(try await ledger.problems() == [.unknownSigner])
        }
    }

    @Test func refusesEverythingByAnEmptyFile() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", locks: false)
            try await ledger.commitSigners([])
            #expect(try await ledger.problems() == [.unknownSigner])
        }
    }

    /// A good verdict is remembered under the tag object and the files of signers; a changed file ends it. A refusal may
    /// come of a full disk, and is none of them.
    @Test func forgetsVerdictsWithTheFilesOfSigners() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", locks: false)
            let foreign = try await ledger.place("v1.0.0", .staging, signer: "eve", locks: false)
            #expect(try await ledger.problems() == [.unknownSigner])
            let signers = try await SignerFiles.read(from: ledger.repository)
            let memory = LedgerMemory(
                root: ledger.root.appending("promotion"), identity: try await ledger.repository.identity())
            var verdicts = memory.verdicts(with: signers)
            #expect(Array(verdicts.values) == [.good(signer: "ada@example.org")])
            // Only the memory says so.
            verdicts[foreign] = .good(signer: "memory")
            try memory.remember(verdicts, with: signers)
            #expect(try await ledger.read()["golden"]?.current(in: .staging)?.tag.signer == "memory")
            try await ledger.commitSigners(try ["ada", "bob", "eve"].map { try ledger.allowedLine($0) })
            #expect(try await ledger.read()["golden"]?.current(in: .staging)?.tag.signer == "eve@example.org")
            try await ledger.commitSigners([try ledger.allowedLine("bob")])
            #expect(try await ledger.problems() == [.lost, .lost, .unknownSigner, .unknownSigner])
        }
    }

    @Test func throwsADamagedMemoryAway() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", locks: false)
            #expect(try await ledger.problems() == [])
            let signers = try await SignerFiles.read(from: ledger.repository)
            let memory = LedgerMemory(
                root: ledger.root.appending("promotion"), identity: try await ledger.repository.identity())
            let file = memory.folder.appending("verdicts")
            let text = try file.readText()
            try file.write(text.replacing("good ada@", with: "good eve@").utf8)
            #expect(memory.verdicts(with: signers) == [:])
            #expect(try await ledger.read()["golden"]?.current(in: .dev)?.tag.signer == "ada@example.org")
            #expect(try file.readText() == text)
        }
    }
}
