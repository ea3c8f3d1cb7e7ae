package import Attestation
package import Foundation

/// Holds the ledger against the policy: what a release needs to enter a channel, and what of it is there.
///
/// It reads nothing and changes nothing. Evidence and gates, which are looked at elsewhere, come on top.
package struct PromotionJudgement: Sendable {
    /// The ledger.
    package let ledger: SeriesLedger
    /// The release as its source channel has it.
    package let release: ReleaseIdentity
    /// The channel that it is to enter.
    package let channel: Channel
    /// What the channel asks for.
    package let policy: ChannelPolicy
    /// Who promotes, as the allowed signers name them; nil where that is not known.
    package let promoter: String?
    /// The moment of the judgement.
    package let now: Date

    /// A judgement.
    package init(
        ledger: SeriesLedger, release: ReleaseIdentity, channel: Channel, policy: ChannelPolicy, promoter: String?,
        now: Date
    ) {
        self.ledger = ledger
        self.release = release
        self.channel = channel
        self.policy = policy
        self.promoter = promoter
        self.now = now
    }

    /// All requirements that the ledger tells of.
    package var requirements: [Requirement] {
        [standing, soak, approvals, right].compactMap(\.self)
    }

    /// The agreements that count, the oldest of each person.
    ///
    /// An agreement is to one promotion: one from before the release last entered the channel is used up.
    package var countingApprovals: [Approval] {
        let lastEntry = placements(in: channel).last?.tag.date
        var people: Set<String> = []
        return ledger.approvals.filter { approval in
            guard approval.channel == channel, approval.release == release, let signer = approval.tag.signer else {
                return false
            }
            guard policy.approvers?.contains(signer) ?? true, policy.countsAuthor || signer != promoter else {
                return false
            }
            guard lastEntry.map({ approval.tag.date > $0 }) ?? true else { return false }
            return people.insert(signer).inserted
        }
    }

    /// For how long the release has been what the source channel holds, in all.
    package var timeInSource: Duration {
        guard let source = channel.source, let chain = ledger.channels[source] else { return .zero }
        var seconds = 0.0
        for (index, placement) in chain.enumerated() where placement.release == release {
            let end = index + 1 < chain.count ? chain[index + 1].tag.date : now
            seconds += max(0, end.timeIntervalSince(placement.tag.date))
        }
        return .seconds(Int64(seconds))
    }

    private var standing: Requirement {
        guard let revocation = ledger.revocation(of: release) else {
            return Requirement("not revoked", .holds, "nobody took \(release.version) back")
        }
        return Requirement(
            "not revoked", .missing,
            "\(revocation.tag.name) took it back: \(revocation.reason); release the next version")
    }

    private var soak: Requirement? {
        guard let needed = policy.soak, let source = channel.source else { return nil }
        let past = timeInSource
        let story = "\(past.inWords) of \(needed.inWords) in \(source.rawValue)"
        guard past < needed else { return Requirement("soak", .holds, story) }
        let isCurrent = ledger.current(in: source)?.release == release
        let advice =
            isCurrent
            ? "wait \((needed - past).inWords)"
            : "\(source.rawValue) holds another version; promote this one to \(source.rawValue) again"
        return Requirement("soak", .missing, "\(story); \(advice)")
    }

    private var approvals: Requirement? {
        guard policy.approvals > 0 else { return nil }
        let people = countingApprovals.compactMap(\.tag.signer)
        let story =
            "\(people.count) of \(policy.approvals)" + (people.isEmpty ? "" : ": " + people.joined(separator: ", "))
        guard people.count < policy.approvals else { return Requirement("approvals", .holds, story) }
        let author = policy.countsAuthor ? [] : [promoter].compactMap(\.self)
        let others = policy.approvers.map { $0.subtracting(people + author).sorted() }
        let who = others.map { " by " + $0.joined(separator: " or ") } ?? (author.isEmpty ? "" : " by somebody else")
        return Requirement(
            "approvals", .missing,
            "\(story); needs 'imagefactory approve … \(release.version) --for \(channel.rawValue)'\(who)")
    }

    private var right: Requirement? {
        Self.right(of: promoter, by: policy)
    }

    /// Whether somebody may promote to, and roll back, a channel; nil where everybody may who may sign.
    static func right(of promoter: String?, by policy: ChannelPolicy) -> Requirement? {
        guard let promoters = policy.promoters else { return nil }
        let names = promoters.sorted().joined(separator: ", ")
        guard let promoter else {
            return Requirement("promoter", .missing, "nobody knows who you are: sign by a key of \(names)")
        }
        guard promoters.contains(promoter) else {
            return Requirement("promoter", .missing, "\(promoter) may not; \(names) may")
        }
        return Requirement("promoter", .holds, "\(promoter) may")
    }

    private func placements(in channel: Channel) -> [Placement] {
        (ledger.channels[channel] ?? []).filter { $0.release == release }
    }
}

extension Duration {
    /// `1 d 4 h`, `12 min`, `30 s`: the two greatest units.
    var inWords: String {
        let units: [(String, Int64)] = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)]
        var left = components.seconds
        var words: [String] = []
        for (unit, length) in units where left >= length && words.count < 2 {
            words.append("\(left / length) \(unit)")
            left %= length
        }
        return words.isEmpty ? "0 s" : words.joined(separator: " ")
    }
}
