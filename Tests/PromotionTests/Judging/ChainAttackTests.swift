import Attestation
import Foundation
import HostSystem
import PromotionTestSupport
import Testing

@testable import Promotion

/// Histories that were changed: the chain is not given as usable, and a problem says so.
@Suite(.timeLimit(.minutes(2)))
struct ChainAttackTests {
    /// Makes three placements in prod.
    private func threePlacements(in ledger: LedgerFixture) async throws -> [ObjectID] {
        let first = try await ledger.place("v1.0.0", .prod)
        let second = try await ledger.place("v1.1.0", .prod, after: first, day: 1)
        return [first, second, try await ledger.place("v1.2.0", .prod, after: second, day: 2)]
    }

    private func expectUnusable(
        _ ledger: LedgerFixture, _ kinds: [LedgerProblem.Kind], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let reading = try await ledger.read()
        #expect(Set(reading.problems.map(\.kind)) == Set(kinds), sourceLocation: sourceLocation)
        #expect(reading["golden"]?.current(in: .prod) == nil, sourceLocation: sourceLocation)
        let chain = LedgerChain(series: "golden", kind: .channel(.prod))
        #expect(!reading.problems(of: chain).isEmpty, sourceLocation: sourceLocation)
    }

    @Test func noticesADeletedTagInTheMiddle() async throws {
        try await LedgerFixture.with { ledger in
            _ = try await threePlacements(in: ledger)
            try await ledger.delete("golden/v1.1.0-prod")
            try await expectUnusable(ledger, [.brokenChain, .lock])
        }
    }

    @Test func noticesThatTheNewestTagIsGoneByTheLock() async throws {
        try await LedgerFixture.with { ledger in
            _ = try await threePlacements(in: ledger)
            try await ledger.delete("golden/v1.2.0-prod")
            try await expectUnusable(ledger, [.lock])
        }
    }

    @Test func noticesThatTheNewestTagIsGoneThoughTheLockWasMovedBack() async throws {
        try await LedgerFixture.with { ledger in
            let ids = try await threePlacements(in: ledger)
            #expect(try await ledger.problems() == [])
            try await ledger.delete("golden/v1.2.0-prod")
            try await ledger.point("refs/imagefactory/golden/prod", to: ids[1])
            try await expectUnusable(ledger, [.lost])
            // It stays noticed until the tag is there again.
            try await expectUnusable(ledger, [.lost])
            try await ledger.point("refs/tags/golden/v1.2.0-prod", to: ids[2])
            #expect(try await ledger.problems() == [])
        }
    }

    @Test func noticesThatAWholeSeriesIsGone() async throws {
        try await LedgerFixture.with { ledger in
            _ = try await threePlacements(in: ledger)
            #expect(try await ledger.problems() == [])
            for version in ["v1.0.0", "v1.1.0", "v1.2.0"] { try await ledger.delete("golden/\(version)-prod") }
            try await ledger.repository.git(["update-ref", "-d", "refs/imagefactory/golden/prod"])
            try await expectUnusable(ledger, [.lost])
        }
    }

    @Test func noticesAMovedTag() async throws {
        try await LedgerFixture.with { ledger in
            let ids = try await threePlacements(in: ledger)
            // The newest one, made again by an allowed signer with other words.
            try await ledger.place("v1.2.0", .prod, after: ids[1], day: 3, locks: false)
            try await expectUnusable(ledger, [.lock])
            #expect(try await ledger.problems().contains(.lost) == false)
        }
    }

    @Test func noticesAMovedTagThoughTheLockWasMovedToo() async throws {
        try await LedgerFixture.with { ledger in
            let ids = try await threePlacements(in: ledger)
            #expect(try await ledger.problems() == [])
            try await ledger.place("v1.2.0", .prod, after: ids[1], day: 3)
            try await expectUnusable(ledger, [.lost])
        }
    }

    @Test func noticesAMovedRequest() async throws {
        try await LedgerFixture.with { ledger in
            let name = TagName(series: "golden", version: "v1.0.0", claim: .request)
            let message = "\(try TagMessage.request(name, template: LedgerFixture.template))"
            try await ledger.tag("\(name)", message)
            #expect(try await ledger.problems() == [])
            try await ledger.tag("\(name)", message, day: 1)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.lost])
            #expect(reading["golden"]?.requests.isEmpty == true)
            try await ledger.delete("\(name)")
            #expect(try await ledger.problems() == [.lost])
        }
    }

    @Test func noticesAFork() async throws {
        try await LedgerFixture.with { ledger in
            let ids = try await threePlacements(in: ledger)
            try await ledger.place("v1.3.0", .prod, after: ids[1], day: 3, locks: false)
            let reading = try await ledger.read()
            #expect(Set(reading.problems.map(\.kind)) == [.fork, .lock])
            let fork = try #require(reading.problems.first { $0.kind == .fork })
            #expect(fork.sentence.contains("golden/v1.2.0-prod and golden/v1.3.0-prod"))
            try await expectUnusable(ledger, [.fork, .lock])
        }
    }

    @Test func noticesTwoFirstTags() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", .prod)
            try await ledger.place("v1.1.0", .prod, day: 1, locks: false)
            try await expectUnusable(ledger, [.fork, .lock])
        }
    }

    @Test func noticesAPredecessorThatNeverWas() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0", .prod, after: ObjectID(String(repeating: "a", count: 40)), locks: false)
            try await expectUnusable(ledger, [.brokenChain])
        }
    }

    /// A tag of another channel is no predecessor, though it is a good tag.
    @Test func noticesAPredecessorOfAnotherChannel() async throws {
        try await LedgerFixture.with { ledger in
            let dev = try await ledger.place("v1.0.0")
            try await ledger.place("v1.0.0", .prod, after: dev, day: 1, locks: false)
            try await expectUnusable(ledger, [.brokenChain])
        }
    }

    @Test func trustsNothingThatFollowsARefusedTag() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0", .prod)
            let second = try await ledger.place("v1.1.0", .prod, after: first, day: 1, signer: "eve")
            try await ledger.place("v1.2.0", .prod, after: second, day: 2, locks: false)
            try await expectUnusable(ledger, [.unknownSigner, .brokenChain, .lock])
        }
    }

    /// A stranger who may push tags but not sign them cannot stop a channel.
    @Test func goesOnBesideAStrangersTag() async throws {
        try await LedgerFixture.with { ledger in
            let first = try await ledger.place("v1.0.0", .prod)
            try await ledger.place("v1.1.0", .prod, after: first, day: 1, signer: "eve", locks: false)
            let second = try await ledger.place("v1.2.0", .prod, after: first, day: 2)
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.unknownSigner])
            #expect(reading["golden"]?.current(in: .prod)?.tag.id == second)
        }
    }

    /// A plain `git fetch` brings tags, and leaves the locks behind.
    @Test func takesALockThatIsBehind() async throws {
        try await LedgerFixture.with { ledger in
            let ids = try await threePlacements(in: ledger)
            try await ledger.point("refs/imagefactory/golden/prod", to: ids[0])
            #expect(try await ledger.problems() == [])
        }
    }

    @Test func countsNoApprovalOfABrokenChainAndEveryRevocation() async throws {
        try await LedgerFixture.with { ledger in
            try await ledger.place("v1.0.0")
            let nowhere = ObjectID(String(repeating: "a", count: 40))
            let release = ledger.release("v1.0.0")
            let approval = TagName(series: "golden", version: "v1.0.0", claim: .approval(.prod, number: 1))
            try await ledger.tag("\(approval)", "\(TagMessage.approval(approval, of: release, previous: nowhere))")
            let revocation = TagName(series: "golden", version: "v1.0.0", claim: .revocation)
            try await ledger.tag(
                "\(revocation)", "\(TagMessage.revocation(revocation, of: release, reason: "x", previous: nowhere))")
            let reading = try await ledger.read()
            #expect(reading.problems.map(\.kind) == [.brokenChain, .brokenChain])
            #expect(reading["golden"]?.approvals == [])
            #expect(reading["golden"]?.revocation(of: release) != nil)
        }
    }
}
