import Attestation
import Foundation
import HostSystem
import Testing

@testable import Promotion

/// The judgement against a second, slow one that follows the words of the policy.
@Suite struct PromotionJudgementTests {
    @Test(arguments: 0..<400)
    func judgesAsTheWordsOfThePolicySay(_ seed: UInt64) throws {
        var world = RandomWorld(seed: seed)
        let judgement = world.judgement()
        let requirements = judgement.requirements
        func state(_ name: String) -> Requirement.State? { requirements.first { $0.name == name }?.state }

        let people = world.agreeing(judgement)
        #expect(Set(judgement.countingApprovals.compactMap(\.tag.signer)) == people, "seed \(seed)")
        #expect(judgement.countingApprovals.count == people.count, "seed \(seed)")
        let needed = judgement.policy.approvals
        #expect(state("approvals") == (needed == 0 ? nil : people.count >= needed ? .holds : .missing), "seed \(seed)")

        let seconds = world.secondsInSource(judgement)
        #expect(judgement.timeInSource == .seconds(seconds), "seed \(seed)")
        let soak = judgement.policy.soak.map { seconds >= $0.components.seconds ? Requirement.State.holds : .missing }
        #expect(state("soak") == soak, "seed \(seed)")

        let may = judgement.policy.promoters.map { promoters in
            judgement.promoter.map(promoters.contains) == true ? Requirement.State.holds : .missing
        }
        #expect(state("promoter") == may, "seed \(seed)")
        let isRevoked = judgement.ledger.revocations.contains { $0.release.release == judgement.release.release }
        #expect(state("not revoked") == (isRevoked ? .missing : .holds), "seed \(seed)")
    }

    @Test func countsNobodyWhoseSignatureIsNotKnown() {
        var world = RandomWorld(seed: 1)
        var policy = ChannelPolicy()
        policy.approvals = 1
        var ledger = SeriesLedger(series: "golden")
        ledger.approvals = [world.approval(of: world.releases[0], by: nil, at: 10)]
        let judgement = PromotionJudgement(
            ledger: ledger, release: world.releases[0], channel: .prod, policy: policy, promoter: "ada",
            now: Date(timeIntervalSince1970: 100))
        #expect(judgement.countingApprovals.isEmpty)
    }
}

/// Ledgers that no generator of tests would write by hand: duplicates, other bytes, other channels, old approvals.
private struct RandomWorld {
    var generator: SplitMix
    let people = ["ada", "bob", "cy", "dee"]
    let releases = (0..<3).map { index in
        ReleaseIdentity(
            template: "web", version: "v1.\(index % 2).0", release: Digest.of("release \(index)"),
            evidence: Digest.of("evidence \(index)"), images: ["raw": Digest.of("image \(index)")])
    }

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
    }

    mutating func judgement() -> PromotionJudgement {
        var ledger = SeriesLedger(series: "golden")
        for channel in Channel.allCases { ledger.channels[channel] = placements(in: channel) }
        ledger.approvals = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
            approval(of: release(), by: person(), at: .random(in: 0..<1000, using: &generator), for: channel())
        }
        if Int.random(in: 0..<5, using: &generator) == 0 {
            let tag = tag(TagName(series: "golden", version: "v1.0.0", claim: .revocation), by: "ada", at: 5)
            ledger.revocations = [Revocation(tag: tag, release: release(), reason: "broken")]
        }
        var policy = ChannelPolicy()
        policy.approvals = .random(in: 0..<4, using: &generator)
        policy.approvers = Bool.random(using: &generator) ? someone() : nil
        policy.promoters = Bool.random(using: &generator) ? someone() : nil
        policy.countsAuthor = .random(using: &generator)
        policy.soak = Bool.random(using: &generator) ? .seconds(Int.random(in: 1..<900, using: &generator)) : nil
        return PromotionJudgement(
            ledger: ledger, release: release(), channel: [.staging, .prod].randomElement(using: &generator) ?? .prod,
            policy: policy, promoter: person(), now: Date(timeIntervalSince1970: 1000))
    }

    /// Who agrees, person by person.
    func agreeing(_ judgement: PromotionJudgement) -> Set<String> {
        let entries = (judgement.ledger.channels[judgement.channel] ?? []).filter { $0.release == judgement.release }
        let after = entries.map(\.tag.date).max() ?? .distantPast
        return Set(
            people.filter { person in
                guard judgement.policy.approvers == nil || judgement.policy.approvers?.contains(person) == true,
                    judgement.policy.countsAuthor || person != judgement.promoter
                else { return false }
                return judgement.ledger.approvals.contains {
                    $0.tag.signer == person && $0.channel == judgement.channel && $0.release == judgement.release
                        && $0.tag.date > after
                }
            })
    }

    /// The time in the source channel, second by second.
    func secondsInSource(_ judgement: PromotionJudgement) -> Int {
        guard let source = judgement.channel.source else { return 0 }
        let chain = judgement.ledger.channels[source] ?? []
        return (0..<1000).count { second in
            chain.last { $0.tag.date.timeIntervalSince1970 <= Double(second) }?.release == judgement.release
        }
    }

    mutating func approval(
        of release: ReleaseIdentity, by person: String?, at second: Int, for channel: Channel = .prod
    ) -> Approval {
        let name = TagName(series: "golden", version: release.version, claim: .approval(channel, number: 1))
        return Approval(tag: tag(name, by: person, at: second), channel: channel, release: release)
    }

    private mutating func placements(in channel: Channel) -> [Placement] {
        let times = (0..<Int.random(in: 0..<6, using: &generator)).map { _ in
            Int.random(in: 0..<1000, using: &generator)
        }
        return Set(times).sorted().map { time in
            let release = release()
            let name = TagName(series: "golden", version: release.version, claim: .placement(channel, turn: 1))
            return Placement(
                tag: tag(name, by: "ada", at: time), channel: channel, release: release, previous: nil, rollsBack: nil,
                reason: nil)
        }
    }

    private func tag(_ name: TagName, by person: String?, at second: Int) -> LedgerTag {
        let id = ObjectID(String(repeating: "a", count: 40)).unsafelyUnwrapped
        return LedgerTag(
            name: name, id: id, commit: id, tagger: "Somebody <x@example.org>",
            date: Date(timeIntervalSince1970: Double(second)), signer: person)
    }

    private mutating func release() -> ReleaseIdentity { releases.randomElement(using: &generator) ?? releases[0] }
    private mutating func person() -> String? { (people + [nil]).randomElement(using: &generator) ?? nil }
    private mutating func channel() -> Channel { [.staging, .prod].randomElement(using: &generator) ?? .prod }
    private mutating func someone() -> Set<String> {
        Set(people.filter { _ in Bool.random(using: &generator) } + ["ada"])
    }
}

/// The same numbers for the same seed.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
