import AttestationTestSupport
import Foundation
import HostSystem
import SystemPackage
import Testing

/// `imagefactory verify` as a user runs it.
@Suite(.timeLimit(.minutes(3)))
struct VerifyCommandTests {
    @Test func takesAReleaseByItsKey() async throws {
        try await ReleaseFixture.with { release in
            try release.root.appending("release.pub").write(release.key.publicKey.pem.utf8)
            let run = try await verify(release, "--key", "release.pub")
            #expect(run.status == 0, "\(run.talk)")
            #expect(run.talk == "")
            #expect(run.output.hasPrefix("web v1.2.0: good\n"))
            #expect(run.output.contains("signed by  release (sha256:\(release.key.publicKey.fingerprint.hex))\n"))
            #expect(run.output.contains("evidence   provenance, sbom, seal-report, tests, verify-report\n"))
        }
    }

    @Test func saysEachReasonOnALine() async throws {
        try await ReleaseFixture.with { release in
            try release.root.appending("release.pub").write(release.key.publicKey.pem.utf8)
            try release.edit("web-v1.2.0.raw") { $0[0] ^= 1 }
            try release.folder.appending("tests.junit.xml").remove()
            let run = try await verify(release, "--key", "release.pub")
            #expect(run.status == 65)
            #expect(run.output == "")
            let lines = run.talk.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines.first?.hasPrefix("error: tests.junit.xml: is not there; get the release again") == true)
            #expect(lines.last?.hasPrefix("error: web-v1.2.0.raw: holds sha256:") == true)
        }
    }

    @Test func tellsProgramsTheSame() async throws {
        struct Report: Decodable {
            struct Finding: Decodable, Equatable {
                let file: String
                let kind: String
            }
            let verified: Bool
            let findings: [Finding]
            let vouchedFor: Bool
            enum CodingKeys: String, CodingKey {
                case verified, findings
                case vouchedFor = "vouched-for"
            }
        }
        try await ReleaseFixture.with { release in
            let good = try await verify(release, "--unsigned", "--format", "json")
            #expect(good.status == 0)
            let report = try JSONDecoder().decode(Report.self, from: Data(good.output.utf8))
            #expect(report.verified && !report.vouchedFor && report.findings == [])
            try release.write("\u{1B}[2J", [1])
            let bad = try await verify(release, "--unsigned", "--format", "json")
            #expect(bad.status == 65)
            let refusal = try JSONDecoder().decode(Report.self, from: Data(bad.output.utf8))
            #expect(!refusal.verified)
            #expect(refusal.findings == [.init(file: "\u{1B}[2J", kind: "name")])
            #expect(!bad.talk.contains("\u{1B}"))
        }
    }

    @Test func saysThatNobodyVouches() async throws {
        try await ReleaseFixture.with { release in
            let warning = "warning: nobody vouches for \(release.subject)"
            let refused = try await verify(release)
            #expect(refused.status == 65)
            #expect(refused.talk.hasPrefix(warning))
            #expect(refused.talk.contains("say --unsigned"))
            let taken = try await verify(release, "--unsigned")
            #expect(taken.status == 0)
            #expect(taken.talk.hasPrefix(warning))
            #expect(taken.output.hasPrefix("web v1.2.0: consistent, and vouched for by nobody\n"))
        }
    }

    @Test func looksForKeysBesideTheTemplates() async throws {
        try await ReleaseFixture.with { release in
            let trust = release.root.appending("trust")
            try release.root.appending("templates").createFolder()
            try trust.createFolder()
            #expect(try await verify(release).status == 69)
            try trust.appending("release.pub").write(release.key.publicKey.pem.utf8)
            #expect(try await verify(release).status == 0)
            try trust.appending("policy.yaml").write("require: [boot-report]\n".utf8)
            let missing = try await verify(release)
            #expect(missing.status == 65)
            #expect(missing.talk.contains("boot-report.json: is not in the release, and the policy asks for"))
            try release.root.appending("mild.yaml").write("require: [sbom]\n".utf8)
            #expect(try await verify(release, "--policy", "mild.yaml").status == 0)
            try trust.appending("policy.yaml").write("signers: { release: { until: 2020-12-31 } }\n".utf8)
            #expect(try await verify(release).talk.contains("whose key was good until 2021-01-01T00:00:00Z"))
            try trust.appending("policy.yaml").write("signers: { relaese: {} }\n".utf8)
            #expect(try await verify(release).status == 64)
            try trust.appending("policy.yaml").remove()
            try trust.appending("revoked").write("\(release.key.publicKey.fingerprint.hex)\n".utf8)
            #expect(try await verify(release).talk.contains("'release', whose key was revoked"))
        }
    }

    /// A link that leads nowhere is no folder of keys, and no reason to ask for none.
    @Test func asksForKeysThatAreGone() async throws {
        try await ReleaseFixture.with { release in
            try release.root.appending("templates").createFolder()
            try FileManager.default.createSymbolicLink(
                atPath: release.root.appending("trust").string, withDestinationPath: "/nonexistent")
            #expect(try await verify(release).status == 69)
        }
    }

    @Test func takesOneImage() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            try release.root.appending("release.pub").write(release.key.publicKey.pem.utf8)
            try release.folder.appending("web-v1.2.0.qcow2").remove()
            release.subject = release.folder.appending("web-v1.2.0.raw")
            #expect(try await verify(release, "--key", "release.pub").status == 0)
            release.subject = release.folder.appending("tests.junit.xml")
            let run = try await verify(release, "--key", "release.pub")
            #expect(run.status == 65)
            #expect(run.talk.contains("tests.junit.xml: is no image of web v1.2.0"))
        }
    }

    static let mistakes: [(arguments: [String], status: Int, text: String)] = [
        (["--key", "none.pub"], 69, "there is no none.pub"),
        (["--trust", "none"], 69, "there is no none"),
        (["--policy", "none.yaml"], 1, "none.yaml cannot be read"),
        (["--key", "output/web/v1.2.0/tests.junit.xml"], 64, "cannot be used: it is no key in PEM"),
        (["--key", "a.pub", "--trust", "trust"], 64, "--key and --trust exclude each other"),
        (["--key", "a.pub", "--unsigned"], 64, "--unsigned asks for no signature"),
    ]

    @Test(arguments: mistakes.indices)
    func refusesAMistakeInPlainWords(index: Int) async throws {
        let mistake = Self.mistakes[index]
        try await ReleaseFixture.with { release in
            let run = try await verify(release, mistake.arguments)
            #expect(run.status == mistake.status)
            #expect(run.talk.contains(mistake.text), "\(run.talk)")
        }
    }

    @Test func saysThatThereIsNoRelease() async throws {
        try await ReleaseFixture.with { untouched in
            var release = untouched
            release.subject = release.root.appending("output/web/v9.9.9")
            let run = try await verify(release, "--unsigned")
            #expect(run.status == 69)
            #expect(run.talk.hasPrefix("error: there is no release at \(release.subject); name its folder"))
        }
    }

    private func verify(_ release: ReleaseFixture, _ arguments: String...) async throws -> FactoryRun {
        try await verify(release, arguments)
    }

    private func verify(_ release: ReleaseFixture, _ arguments: [String]) async throws -> FactoryRun {
        try await FactoryRun(["verify", release.subject.string] + arguments, in: release.root, state: release.root)
    }
}
