import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing

@testable import Promotion

/// A ledger that everybody keeps the rules of.
@Suite(.timeLimit(.minutes(2)))
struct LedgerReaderTests {
    @Test func followsEachChannelAlongItsChain() async throws {
        try await LedgerFixture.with { ledger in
            let story = try await Story.tell(in: ledger)
            let reading = try await ledger.read()
            #expect(reading.problems == [])
            let golden = try #require(reading["golden"])
            #expect(golden.requests.map(\.tag.name.version) == ["v1.0.0", "v1.1.0"])
            #expect(golden.channels[.dev]?.map(\.release.version) == ["v1.0.0", "v1.1.0"])
            #expect(golden.channels[.staging]?.map(\.release.version) == ["v1.0.0", "v1.1.0"])
            let prod = try #require(golden.channels[.prod])
            #expect(prod.map(\.release.version) == ["v1.0.0", "v1.1.0", "v1.0.0"])
            #expect(prod.last?.tag.id == story.rollback)
            #expect(prod.last?.rollsBack == TagName("golden/v1.1.0-prod"))
            #expect(prod.last?.tag.signer == "ada@example.org")
            #expect(golden.approvals.map(\.tag.signer) == ["bob@example.org"])
            #expect(golden.revocation(of: ledger.release("v1.1.0"))?.reason == "it leaks")
            #expect(golden.revocation(of: ledger.release("v1.0.0")) == nil)
        }
    }

    @Test func readsOneSeriesAlone() async throws {
        try await LedgerFixture.with { ledger in
            try await Story.tell(in: ledger)
            try await ledger.place("v1.0.0", series: "golden/edge")
            try await ledger.place("v1.0.0", signer: "eve", series: "other", locks: false)
            let reading = try await ledger.read("golden")
            #expect(reading.series.map(\.series) == ["golden"])
            #expect(reading.problems == [])
            #expect(try await ledger.read("golden/edge").series.map(\.series) == ["golden/edge"])
            #expect(try await ledger.read().problems.map(\.kind) == [.unknownSigner])
        }
    }

    @Test func readsUnsignedTagsWhereNobodyIsNamed() async throws {
        try await LedgerFixture.with(signed: false) { ledger in
            try await ledger.place("v1.0.0", signer: "nobody")
            let reading = try await ledger.read()
            #expect(reading.problems == [])
            #expect(!reading.signers.areSignaturesRequired)
            #expect(reading["golden"]?.current(in: .dev)?.tag.signer == nil)
        }
    }

    @Test func leavesTheTagsOfOtherProgramsAlone() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            try await ledger.point("refs/tags/v2.0.0", to: ledger.commit)
            try await ledger.point("refs/tags/module/v1.0.0", to: ledger.commit)
            try await ledger.tag("module/v1.1.0", "A module\n\nwith\ttabs\n", signer: "nobody")
            try await ledger.tag("nightly", "Night\n\nReviewed-by: me\n", signer: "nobody")
            #expect(try await ledger.problems() == [])
            // In a series of the ledger they are somebody's mistake.
            try await ledger.point("refs/tags/golden/v1.7.0", to: ledger.commit)
            #expect(try await ledger.problems() == [.lightweight])
            #expect(try await ledger.problems(templates: ["module": "m"]) == [.lightweight, .lightweight, .malformed])
        }
    }

    /// As `git tag -a golden/v1.2.0` makes one, with whatever text.
    @Test(arguments: ["Harden sshd\n", "Harden\nsshd\n", "Harden sshd\n\nas was asked\n", "Do\n\nReviewed-by: bob\n"])
    func takesARequestByGitAloneInASeriesOfTheLedger(text: String) async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.tag("golden/v1.2.0", text)
            let stranger = try await ledger.read()
            #expect(stranger.problems == [] && stranger["golden"] == nil)
            let known = try await ledger.read(templates: ["golden": "golden-debian13"])
            #expect(known.problems == [])
            #expect(known["golden"]?.requests.map(\.tag.signer) == ["ada@example.org"])
            try await ledger.place("v1.2.0")
            #expect(try await ledger.read()["golden"]?.requests.map(\.template) == [nil])
            try await ledger.tag("golden/v1.3.0", text, signer: "nobody")
            #expect(try await ledger.problems() == [.unsigned])
        }
    }

    @Test func readsBareAndShallowClones() async throws {
        try await LedgerFixture.with { ledger in
            try await Story.tell(in: ledger)
            for (name, options) in [("bare", ["--bare"]), ("shallow", ["--depth=1"])] {
                let folder = ledger.root.appending(name)
                try await ledger.repository.git(
                    ["clone", "--quiet"] + options + ["file://\(ledger.repository.folder)", folder.string])
                let clone = Repository(folder: folder)
                try await clone.git(["fetch", "--quiet", "--depth=1", "origin", "+refs/tags/*:refs/tags/*"])
                let reading = try await LedgerReader(
                    repository: clone, memory: nil, templates: nil, now: LedgerFixture.now
                ).read()
                #expect(reading.problems == [])
                #expect(reading.signers.areSignaturesRequired)
                #expect(reading["golden"]?.current(in: .prod)?.release.version == "v1.0.0")
            }
        }
    }

    /// What we make is what git makes: `git tag -s` writes a tag that is read, and `git verify-tag` takes ours.
    @Test func agreesWithGit() async throws {
        try await LedgerFixture.with { ledger in
            let name = TagName(series: "golden", version: "v1.0.0", claim: .placement(.dev, turn: 1))
            let message = try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil)
            let settings = [
                "-c", "gpg.format=ssh", "-c", "user.signingkey=\(ledger.key("ada")).pub", "-c", "user.name=Ada", "-c",
                "user.email=ada@example.org", "-c",
                "gpg.ssh.allowedSignersFile=\(ledger.repository.folder.pushing(SignerFiles.folder))/allowed_signers",
            ]
            try await ledger.repository.git(
                settings + ["tag", "--sign", "--cleanup=verbatim", "--file=-", "\(name)", ledger.commit.hex],
                input: Array("\(message)".utf8))
            let reading = try await ledger.read(now: Date())
            #expect(reading.problems == [])
            let placement = try #require(reading["golden"]?.current(in: .dev))
            #expect(placement.tag.signer == "ada@example.org")
            try await ledger.place("v1.1.0", after: placement.tag.id, day: 1)
            try await ledger.repository.git(settings + ["verify-tag", "golden/v1.0.0-dev", "golden/v1.1.0-dev"])
            let text = try await ledger.repository.git([
                "for-each-ref", "--format=%(contents:subject)%0a%0a%(contents:body)", "refs/tags/golden/v1.1.0-dev",
            ])
            let trailers = try await ledger.repository.git(
                ["interpret-trailers", "--parse"], input: text.standardOutput
            ).text
            #expect(trailers.contains("Release-Digest: \(ledger.release("v1.1.0").release)\n"))
        }
    }

    /// Files of signers count only in the commit that is checked out.
    @Test func takesSignersFromTheCommitThatIsCheckedOut() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", signer: "eve", locks: false)
            #expect(try await ledger.problems() == [.unknownSigner])
            let file = ledger.repository.folder.pushing(SignerFiles.folder).appending(SignerFiles.allowedName)
            try file.write(try ledger.allowedLine("eve").utf8)
            #expect(try await ledger.problems() == [.unknownSigner])
            try await ledger.commitSigners([try ledger.allowedLine("eve")])
            #expect(try await ledger.problems() == [])
        }
    }

    /// Objects that replace others for git's commands do not replace what was signed.
    @Test func looksBehindReplacements() async throws {
        try await LedgerFixture.with { ledger in
            let good = try await ledger.place("v1.0.0")
            let other = try await ledger.tag("golden/v1.0.0-dev", "x\n", signer: "nobody", ref: "elsewhere")
            try await ledger.delete("elsewhere")
            try await ledger.repository.git(["replace", good.hex, other.hex])
            #expect(try await ledger.problems() == [])
        }
    }
}

/// Two releases through all channels, a rollback and a revocation.
struct Story {
    let rollback: ObjectID

    @discardableResult
    static func tell(in ledger: LedgerFixture) async throws -> Story {
        var newest: [Channel: ObjectID] = [:]
        for (number, version) in ["v1.0.0", "v1.1.0"].enumerated() {
            let day = Double(number * 10)
            let request = TagName(series: "golden", version: version, claim: .request)
            try await ledger.tag(
                "\(request)", "\(TagMessage.request(request, template: LedgerFixture.template))", day: day)
            for (step, channel) in Channel.allCases.enumerated() {
                newest[channel] = try await ledger.place(
                    version, channel, after: newest[channel], day: day + Double(step + 1))
            }
        }
        let approval = TagName(series: "golden", version: "v1.1.0", claim: .approval(.prod, number: 1))
        let approved = try await ledger.tag(
            "\(approval)", "\(TagMessage.approval(approval, of: ledger.release("v1.1.0"), previous: nil))", by: "bob",
            day: 12)
        try await ledger.point("refs/imagefactory/golden/approvals", to: approved)
        let rollback = try await ledger.place(
            "v1.0.0", .prod, turn: 2, after: newest[.prod], day: 20, rollsBack: TagName("golden/v1.1.0-prod"))
        let revocation = TagName(series: "golden", version: "v1.1.0", claim: .revocation)
        try await ledger.tag(
            "\(revocation)",
            "\(TagMessage.revocation(revocation, of: ledger.release("v1.1.0"), reason: "it leaks", previous: nil))",
            day: 21)
        return Story(rollback: rollback)
    }
}
