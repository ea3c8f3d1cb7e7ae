import Attestation
import Foundation
import HostSystem
import Promotion
import PromotionTestSupport
import SystemPackage
import Testing

/// `imagefactory channels` and `imagefactory log` as a user runs them.
@Suite(.timeLimit(.minutes(3)))
struct ChannelsCommandTests {
    private func run(_ ledger: LedgerFixture, _ arguments: String..., folder: FilePath? = nil) async throws
        -> FactoryRun
    {
        try await FactoryRun(
            arguments, in: folder ?? ledger.repository.folder, state: ledger.root.appending("state"))
    }

    /// v1.0.0 in dev and prod, then v1.1.0 in prod and back.
    private func tell(_ ledger: LedgerFixture) async throws {
        try await ledger.place("v1.0.0")
        let first = try await ledger.place("v1.0.0", .prod, day: 1)
        let second = try await ledger.place("v1.1.0", .prod, after: first, day: 2)
        try await ledger.place(
            "v1.0.0", .prod, turn: 2, after: second, day: 3, rollsBack: TagName("golden/v1.1.0-prod"))
    }

    @Test func showsWhatIsWhere() async throws {
        try await LedgerFixture.with { ledger in
            #expect(try await run(ledger, "channels").talk == "no channel holds anything yet\n")
            try await tell(ledger)
            let shown = try await run(ledger, "channels")
            #expect(shown.status == 0)
            #expect(shown.talk == "")
            let lines = shown.output.split(separator: "\n")
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("SERIES  TEMPLATE"))
            #expect(lines[1].contains("dev      v1.0.0   2025-01-01 00:00"))
            #expect(lines[2].contains("prod     v1.0.0   2025-01-04 00:00"))
            #expect(lines[2].contains("ada@example.org"))
            #expect(lines[2].hasSuffix("rollback v1.1.0 -> v1.0.0"))
            let verified = try await run(ledger, "channels", "verify")
            #expect(verified.status == 0)
            #expect(verified.output == "good: 4 tags of 1 series, each signed by an allowed signer\n")
        }
    }

    @Test func tellsProgramsTheSame() async throws {
        struct Report: Decodable {
            struct State: Decodable {
                let channel: String
                let version: String?
                let usable: Bool
                let since: String?
            }
            let signed: Bool
            let channels: [State]
        }
        try await LedgerFixture.with { ledger in
            try await tell(ledger)
            let shown = try await run(ledger, "channels", "golden-centos9", "--format", "json")
            let report = try JSONDecoder().decode(Report.self, from: Data(shown.output.utf8))
            #expect(report.signed)
            #expect(report.channels.map(\.channel) == ["dev", "prod"])
            #expect(report.channels.map(\.version) == ["v1.0.0", "v1.0.0"])
            #expect(report.channels.last?.since == "2025-01-04T00:00:00Z")
            try await ledger.delete("golden/v1.1.0-prod")
            let broken = try await run(ledger, "channels", "--format", "json")
            let refusal = try JSONDecoder().decode(Report.self, from: Data(broken.output.utf8))
            #expect(refusal.channels.map(\.usable) == [true, false])
            #expect(refusal.channels.last?.version == nil)
        }
    }

    @Test func saysWhatIsWrong() async throws {
        try await LedgerFixture.with { ledger in
            try await tell(ledger)
            try await ledger.place("v1.2.0", .staging, signer: "eve", locks: false)
            let verified = try await run(ledger, "channels", "verify")
            #expect(verified.status == 65)
            #expect(verified.output.hasPrefix("golden/v1.2.0-staging: its signature is by a key that "))
            #expect(verified.output.hasSuffix("[unknown-signer]\n"))
            let shown = try await run(ledger, "channels")
            #expect(shown.status == 0)
            #expect(shown.talk.hasPrefix("warning: 1 tag or chain is refused; "))
            try await ledger.delete("golden/v1.1.0-prod")
            #expect(try await run(ledger, "channels").output.contains("prod     unknown"))
        }
    }

    @Test func saysThatNobodyVouches() async throws {
        try await LedgerFixture.with(signed: false) { ledger in
            try await ledger.place("v1.0.0", signer: "nobody")
            for command in ["channels", "metrics"] {
                #expect(try await run(ledger, command).talk.hasPrefix("warning: nobody vouches for these tags"))
            }
            #expect(try await run(ledger, "channels", "verify").output.contains("vouched for by nobody"))
        }
    }

    @Test func marksARevokedRelease() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            let name = TagName(series: "golden", version: "v1.0.0", claim: .revocation)
            let message = try TagMessage.revocation(
                name, of: ledger.release("v1.0.0"), reason: "it leaks", previous: nil)
            try await ledger.tag("\(name)", "\(message)", by: "bob", day: 1)
            let shown = try await run(ledger, "channels")
            #expect(shown.output.contains("REVOKED by bob@example.org: it leaks"))
        }
    }

    @Test func recordsEachChange() async throws {
        try await LedgerFixture.with { ledger in
            try await tell(ledger)
            let log = try await run(ledger, "log", "golden")
            #expect(log.status == 0)
            let lines = log.output.split(separator: "\n")
            #expect(lines.count == 5)
            #expect(
                lines[1].hasSuffix(
                    "rolled prod back to v1.0.0, undoing golden/v1.1.0-prod  v1.1.0 does not boot"))
            #expect(lines[4].hasPrefix("2025-01-01 00:00  ada@example.org  put v1.0.0 into dev"))
            let json = try await run(ledger, "log", "golden", "--format", "json")
            #expect(json.output.contains(#""when" : "2025-01-04T00:00:00Z""#))
        }
    }

    @Test func fetchesFirst() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            let clone = ledger.root.appending("clone")
            try await ledger.repository.git(["clone", "--quiet", ledger.repository.folder.string, clone.string])
            let id = try #require(ObjectID(try await ledger.repository.git(["rev-parse", "golden/v1.0.0-dev"]).text))
            try await ledger.place("v1.1.0", after: id, day: 1)
            #expect(try await run(ledger, "channels", folder: clone).output.contains("v1.0.0"))
            #expect(try await run(ledger, "channels", "--fetch", folder: clone).output.contains("v1.0.0 -> v1.1.0"))
            // A tag that was moved at the remote is not taken for the one that is here.
            try await ledger.place("v1.1.0", after: id, day: 2)
            let moved = try await run(ledger, "channels", "--fetch", folder: clone)
            #expect(moved.status == 65)
            #expect(moved.talk.contains("v1.1.0-dev at 'origin' is another tag than here"), "\(moved.talk)")
        }
    }

    @Test func takesTheTemplatesWordForASeries() async throws {
        try await LedgerFixture.with { ledger in
            try await tell(ledger)
            let templates = ledger.repository.folder.appending("templates")
            try templates.createFolder()
            let pipeline = try FactoryRun.repository.pushing("pipelines/golden.yaml").readBytes()
            try ledger.repository.folder.pushing("pipelines/golden.yaml").write(pipeline)
            let template = """
                image: other
                summary: Another image
                pipeline: golden
                iso: { lab: debian13 }
                series: golden
                machine: { disk: 8GiB, network: user }
                answers: { KLDLOAD_DISTRO: debian, KLDLOAD_PROFILE: server, KLDLOAD_PASSWORD: { secret: generate } }
                formats: [qcow2]

                """
            try templates.appending("other.yaml").write(template.utf8)
            let verified = try await run(ledger, "channels", "verify", "other")
            #expect(verified.status == 65, "\(verified.talk)")
            #expect(verified.output.contains("the series belongs to 'other'"))
        }
    }

    @Test func refusesAMistakeInPlainWords() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            let unknown = try await run(ledger, "channels", "goldn")
            #expect(unknown.status == 64)
            #expect(unknown.talk.contains("'goldn'"))
            let alone = try await run(ledger, "channels", "--fetch")
            #expect(alone.status == 69)
            #expect(alone.talk.contains("has no remote to fetch from"))
            let nowhere = try await run(ledger, "channels", folder: ledger.root)
            #expect(nowhere.status == 69)
            #expect(nowhere.talk.contains("is in no git repository"))
            #expect(try await run(ledger, "channels", "-C", "/nonexistent").status == 69)
        }
    }

    /// The bench itself, with fewer tags and three times its limits, by the time of the processor: other tests run beside it.
    @Test func readsManySignedTagsInTime() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-bench") { folder in
            let bench = FactoryRun.repository.appending(".ci").appending("bench-ledger")
            let result = try await Program.run(
                bench.string,
                ["--tags", "600", "--images", "12", "--slack", "3", "--busy", "--cache", folder.string]
                    + ["--tool", FactoryRun.program.string], deadline: .seconds(150))
            #expect(result.text.contains("600 signed tags over 12 images"))
        }
    }
}
