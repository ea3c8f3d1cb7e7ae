import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import Testing

@testable import Promotion

/// Single tags that lie, each refused by itself: what they say does not come into the ledger.
@Suite(.timeLimit(.minutes(2)))
struct TagAttackTests {
    @Test func refusesATagObjectUnderAnotherRef() async throws {
        try await LedgerFixture.with { ledger in
            let staged = try await ledger.place("v1.0.0", .staging)
            try await ledger.point("refs/tags/golden/v1.0.0-prod", to: staged)
            try await ledger.point("refs/tags/innocent", to: staged)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.otherRef, .otherRef])
            #expect(reading.problems.map(\.tag) == ["golden/v1.0.0-prod", "innocent"])
            #expect(reading["golden"]?.current(in: .prod) == nil)
            #expect(reading["golden"]?.current(in: .staging)?.tag.id == staged)
        }
    }

    /// An old tag that was taken back once is signed well for ever, but its place in the chain is taken.
    @Test func refusesAnOldTagThatIsUsedAgain() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0", .prod)
            let second = try await ledger.place("v1.1.0", .prod, after: first, day: 1)
            try await ledger.delete("golden/v1.1.0-prod")
            try await ledger.place("v1.2.0", .prod, after: first, day: 2)
            _ = try await ledger.read("elsewhere")
            #expect(try await ledger.problems() == [])
            try await ledger.point("refs/tags/golden/v1.1.0-prod", to: second)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind).contains(.fork))
            #expect(reading["golden"]?.current(in: .prod) == nil)
        }
    }

    @Test func refusesALightweightTag() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.point("refs/tags/golden/v1.0.0-prod", to: ledger.commit)
            #expect(try await ledger.problems() == [.lightweight])
        }
    }

    @Test func refusesTagsOfTagsAndOfTrees() async throws {
        try await LedgerFixture.with { ledger in
            let inner = try await ledger.place("v1.0.0")
            let name = "golden/v1.1.0-dev"
            let message = try TagMessage.placement(
                try #require(TagName(name)), of: ledger.release("v1.1.0"), previous: inner)
            let text = ledger.tagText(name, "\(message)", day: 1, commit: inner)
                .replacing("type commit", with: "type tag")
            let bytes = Array(text.utf8)
            let id = try await ledger.store(bytes + ledger.signature(over: bytes, by: "ada"))
            try await ledger.point("refs/tags/\(name)", to: id)
            #expect(try await ledger.problems() == [.malformed])
        }
    }

    @Test func refusesABackDatedTag() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0", day: 10)
            try await ledger.place("v1.1.0", after: first, day: 9, locks: false)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.backDated])
            #expect(reading["golden"]?.current(in: .dev)?.tag.id == first)
        }
    }

    @Test func refusesATagOfTheFuture() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", day: 1, locks: false)
            let day = LedgerFixture.start.addingTimeInterval(86400)
            let reading = try await ledger.read(now: day.addingTimeInterval(-601))
            #expect(reading.problems.map(\.kind) == [.future])
            #expect(reading.series.isEmpty)
            #expect(try await ledger.read(now: day.addingTimeInterval(-600)).problems == [])
        }
    }

    @Test func refusesOtherBytesUnderTheSameVersion() async throws {
        try await LedgerFixture.with { ledger in
            let dev = try await ledger.place("v1.0.0")
            try await ledger.place(
                "v1.0.0", .staging, day: 1, release: ledger.release("v1.0.0", seed: "x"), locks: false)
            try await ledger.place(
                "v1.0.0", turn: 2, after: dev, day: 2, release: ledger.release("v1.0.0", seed: "y"), locks: false)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.otherRelease, .otherRelease])
            #expect(reading["golden"]?.current(in: .staging) == nil)
            #expect(reading["golden"]?.current(in: .dev)?.tag.id == dev)
        }
    }

    @Test func refusesAnotherCommitUnderTheSameVersion() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            let other = try #require(ObjectID(try await ledger.repository.git(["rev-parse", "HEAD"]).text))
            let name = try #require(TagName("golden/v1.0.0-staging"))
            let message = try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil)
            try await ledger.tag("\(name)", "\(message)", day: 1, commit: other)
            #expect(try await ledger.problems() == [.otherCommit])
        }
    }

    @Test func refusesAnotherTemplate() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0")
            try await ledger.place(
                "v1.1.0", after: first, day: 1, release: ledger.release("v1.1.0", template: "evil"), locks: false)
            #expect(try await ledger.problems() == [.otherTemplate])
            #expect(try await ledger.problems(templates: ["golden": LedgerFixture.template]) == [.otherTemplate])
            // The template file decides, whichever tag came first; its chain hangs in the air then.
            let kinds = try await ledger.problems(templates: ["golden": "evil"])
            #expect(kinds.contains(.otherTemplate) && kinds.contains(.brokenChain))
        }
    }

    @Test(arguments: ["01.2.0", "v1.02.0", "v1.2", "v1.2.0-prod", "v1.2.0-rc..1", "v1.2.0+5", "V1.2.0", "v1.2.0-é"])
    func refusesAnOddVersion(_ version: String) async throws {
        try await LedgerFixture.with { ledger in
            let message = """
                Put it into dev

                Channel: dev
                Template: golden-centos9
                Version: \(version)
                Release-Digest: \(Digest.of("r"))
                Evidence-Digest: \(Digest.of("e"))
                Image-Digest: raw \(Digest.of("i"))
                Previous: none

                """
            // What git allows as a ref at all.
            let ref = version.replacing("..", with: ".")
            try await ledger.tag("golden/\(ref)-dev", message)
            let reading = try await ledger.read()
            #expect(reading.problems.count == 1)
            #expect([.name, .malformed].contains(reading.problems.first?.kind))
            #expect(reading.series.isEmpty)
        }
    }

    static let lies: [(of: String, to: String)] = [
        ("Channel: dev\n", "Channel: dev\nChannel: prod\n"), ("Channel: dev\n", "Channel: prod\n"),
        ("Channel: dev\n", ""), ("Version: v1.0.0\n", "Version: v1.0.1\n"),
        ("Version: v1.0.0\n", "Version: v1.0.0\nVersion: v1.0.0\n"), ("Template: g", "template: x\nTemplate: g"),
        ("Previous: none", "Previous: none\nPrevious: \(String(repeating: "a", count: 40))"),
        ("Previous: none", "Previous: None"), ("Previous: none", "Previous: abc"), ("\nPrevious: none", ""),
        ("Release-Digest: sha256:", "Release-Digest: sha512:"), ("Image-Digest: qcow2", "Image-Digest: QCOW2"),
        ("Image-Digest: qcow2 ", "Image-Digest: qcow2  "), ("Put ", "Put\u{1B}[31m "), ("Put ", "Put\u{0} "),
        ("Put ", "Put\r"), ("\nChannel", "\nChannel: prod\n\nChannel"), ("none", "none\nReason: a\nReason: b"),
        ("none", "none\nRolls-Back: golden/v0.9.0-dev"), ("none", "none\nRolls-Back: golden/v0.9.0-prod\nReason: x"),
    ]

    @Test(arguments: lies.indices)
    func refusesALieInItsTrailers(index: Int) async throws {
        try await LedgerFixture.with { ledger in
            let name = try #require(TagName("golden/v1.0.0-dev"))
            let good = "\(try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil))"
            let bad = good.replacing(Self.lies[index].of, with: Self.lies[index].to, maxReplacements: 1)
            try #require(bad != good)
            try await ledger.tag("\(name)", bad)
            #expect(try await ledger.problems() == [.malformed])
        }
    }

    /// Two images of one format would be two answers.
    @Test func refusesAnImageThatIsNamedTwice() async throws {
        try await LedgerFixture.with { ledger in
            let name = try #require(TagName("golden/v1.0.0-dev"))
            let good = "\(try TagMessage.placement(name, of: ledger.release("v1.0.0"), previous: nil))"
            try await ledger.tag(
                "\(name)", good.replacing("Previous", with: "Image-Digest: qcow2 \(Digest.of("x"))\nPrevious"))
            #expect(try await ledger.problems() == [.malformed])
        }
    }

    @Test func refusesATurnOutOfTurn() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0")
            try await ledger.place("v1.0.0", turn: 3, after: first, day: 1, locks: false)
            #expect(try await ledger.problems() == [.turn])
        }
    }

    @Test func refusesARollbackOfWhatWasNotThere() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0", .prod)
            let second = try await ledger.place("v1.1.0", .prod, after: first, day: 1)
            try await ledger.place(
                "v1.0.0", .prod, turn: 2, after: second, day: 2, rollsBack: TagName("golden/v1.0.0-prod"), locks: false)
            #expect(try await ledger.problems() == [.rollback])
        }
    }
}
