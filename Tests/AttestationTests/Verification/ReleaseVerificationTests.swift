import Attestation
import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

struct ReleaseVerificationTests {
    @Test func takesAProvenanceThatSaysWhatThePolicyWants() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            try Tampering.state(&release)
            #expect(try await release.verify().findings == [])
        }
    }

    @Test(arguments: PrivateKey.Algorithm.allCases)
    func takesAReleaseAsItWasMade(algorithm: PrivateKey.Algorithm) async throws {
        try await ReleaseFixture.with(algorithm) { release in
            let report = try await release.verify()
            #expect(report.findings == [])
            #expect(report.isVouchedFor)
            #expect(report.template == "web")
            #expect(report.version == "v1.2.0")
            #expect(report.releaseDigest == Digest.of(try release.bytes("manifest.json")))
            #expect(report.evidenceDigest == Digest.of(try release.bytes("SHA256SUMS")))
            #expect(report.files.map(\.name) == release.folder.folderEntries.filter { $0.first != "S" && $0 != "logs" })
            #expect(report.evidence == [.provenance, .sbom, .sealReport, .tests, .verifyReport])
            #expect(report.signatures.map(\.file) == ["SHA256SUMS.sig"] + ReleaseFixture.envelopes)
            #expect(Set(report.signatures.map(\.fingerprint)) == [release.key.publicKey.fingerprint])
        }
    }

    @Test(arguments: Tampering.all)
    func refuses(_ tampering: Tampering) async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            try tampering.apply(&release)
            let report = try await release.verify()
            #expect(!report.isGood)
            #expect(
                report.findings.contains { $0.kind == tampering.kind && $0.file == tampering.file },
                "\(report.findings)")
        }
    }

    @Test func knowsEveryTamperingByAName() {
        #expect(Set(Tampering.all.map(\.name)).count == Tampering.all.count)
        #expect(Tampering.all.count >= 60)
    }

    /// Those that no content of a folder brings about are left out.
    @Test func hasATamperingForEachKindOfReason() {
        let kinds = Set(Tampering.all.map(\.kind))
        #expect(Set(Finding.Kind.allCases).subtracting(kinds) == [.tooMany, .unreadable, .changed])
    }

    /// Made by programs that everybody has.
    @Test(arguments: ["EC", "ED25519"])
    func takesWhatOpensslSignedOverWhatSha256sumPrinted(algorithm: String) async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            let script = """
                openssl genpkey -algorithm \(algorithm) $(test \(algorithm) = EC && echo -pkeyopt ec_paramgen_curve:P-256) \
                    -out ../../key.pem && openssl pkey -in ../../key.pem -pubout -out ../../openssl.pub &&
                sha256sum $(ls | grep -v -e SHA256SUMS -e logs) >SHA256SUMS &&
                if [ \(algorithm) = EC ]; then openssl dgst -sha256 -sign ../../key.pem -out SHA256SUMS.sig SHA256SUMS
                else openssl pkeyutl -sign -rawin -inkey ../../key.pem -in SHA256SUMS -out SHA256SUMS.sig; fi
                """
            try await Program.run("/bin/sh", ["-ec", script], in: release.folder, deadline: .seconds(60))
            release.trusted?.append(contentsOf: try TrustedSigners(key: release.root.pushing("output/openssl.pub")).all)
            let report = try await release.verify()
            #expect(report.findings == [])
            #expect(report.signatures.first?.signer == "openssl")
        }
    }

    @Test func takesOneImageWithoutTheOthers() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            release.subject = release.folder.appending("web-v1.2.0.raw")
            try release.folder.appending("web-v1.2.0.vmdk").remove()
            try release.edit("web-v1.2.0.qcow2") { $0.removeLast(100) }
            let report = try await release.verify()
            #expect(report.findings == [])
            #expect(report.files.map(\.name).filter(ReleaseFixture.images.contains) == ["web-v1.2.0.raw"])
            try release.edit("web-v1.2.0.raw") { $0[0] ^= 1 }
            #expect(try await release.verify().findings.map(\.kind) == [.digest])
        }
    }

    @Test func takesAFolderNamedAfterTheReleaseOrALinkToIt() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            let target = release.root.appending("web-v1.2.0")
            try release.folder.rename(to: target)
            try FileManager.default.createSymbolicLink(
                atPath: release.root.appending("latest").string, withDestinationPath: "web-v1.2.0")
            for name in ["web-v1.2.0", "latest"] {
                release.subject = release.root.appending(name)
                #expect(try await release.verify().findings == [])
            }
        }
    }

    @Test func takesAnUnsignedReleaseOnlyWhereThatIsSaid() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            release.trusted = nil
            release.policy.required = []
            for name in ReleaseFixture.envelopes + ["SHA256SUMS.sig"] { try release.folder.appending(name).remove() }
            try release.seal()
            try release.folder.appending("SHA256SUMS.sig").remove()
            #expect(try await release.verify().findings.map(\.kind) == [.unvouched])
            let report = try await release.verify(acceptsUnsigned: true)
            #expect(report.isGood)
            #expect(!report.isVouchedFor)
            try release.edit("tests.junit.xml") { $0[0] ^= 1 }
            #expect(try await release.verify(acceptsUnsigned: true).findings.map(\.kind) == [.digest])
        }
    }

    @Test func takesWhatTwoHaveSigned() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            let other = try PrivateKey.generate(.ed25519)
            release.trusted?.append(TrustedSigner(name: "another", key: other.publicKey))
            release.policy.threshold = 2
            release.policy.signers = ["release": .init(end: release.now.addingTimeInterval(1)), "another": .init()]
            for name in ReleaseFixture.envelopes {
                let payload = try Envelope(json: try release.bytes(name)).payload
                try release.sign(name, payload, by: [release.key, other, PrivateKey.generate(.p256)])
            }
            try release.seal()
            #expect(try await release.verify().findings == [])
        }
    }

    /// What was opened is what is looked at, whatever has its name by then.
    @Test func readsTheFilesThatItOpened() async throws {
        try await ReleaseFixture.with { release in
            let folder = try ReleaseFolder(release.folder)
            try release.folder.rename(to: release.root.appending("aside"))
            let other = try ReleaseFixture(in: release.root, key: PrivateKey.generate(.p256), seed: 9)
            #expect(other.folder == release.folder)
            let trusted = try TrustedSigners(release.trusted ?? [])
            let report = try await ReleaseVerification(of: folder, trusting: trusted, policy: release.policy).run()
            #expect(report.findings == [])
        }
    }

    @Test func noticesAFileThatIsWrittenToMeanwhile() async throws {
        try await ReleaseFixture.with { release in
            let folder = try ReleaseFolder(release.folder)
            try release.edit("web-v1.2.0.raw") { $0[0] ^= 1 }
            let trusted = try TrustedSigners(release.trusted ?? [])
            let report = try await ReleaseVerification(of: folder, trusting: trusted, policy: release.policy).run()
            #expect(report.findings.map(\.kind) == [.changed])
        }
    }

    @Test func opensNoMoreFilesThanAReleaseHas() async throws {
        try await ReleaseFixture.with { release in
            for number in 0..<300 { try release.write("more-\(number)", [1]) }
            #expect(try await release.verify().findings.contains { $0.kind == .tooMany })
        }
    }

    @Test func saysThatNothingIsThere() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            release.subject = release.root.appending("nothing")
            let error = await #expect(throws: ReleaseFolderError.self) { try await release.verify() }
            #expect(error?.cause == .noSuchFileOrDirectory)
        }
    }

    @Test func isCancelled() async throws {
        try await ReleaseFixture.with { release in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await release.verify()
            }
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }
}
