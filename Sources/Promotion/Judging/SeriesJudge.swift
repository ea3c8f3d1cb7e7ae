internal import Attestation
internal import Foundation
internal import HostSystem

/// Judges the tags of one series against each other.
struct SeriesJudge {
    /// The series.
    let series: String
    /// The template that it belongs to, by the template files; nil where they do not say.
    let template: String?
    /// What the lock refs of its chains point to.
    let locks: [LedgerChain: ObjectID]
    /// The newest tags that were seen before.
    let seen: SeenTags
    /// What is wrong.
    private(set) var problems: [LedgerProblem] = []
    /// The newest tags, to be remembered; a chain that cannot be used keeps what was remembered of it.
    private(set) var newlySeen: SeenTags

    init(series: String, template: String?, locks: [LedgerChain: ObjectID], seen: SeenTags) {
        self.series = series
        self.template = template
        self.locks = locks
        self.seen = seen
        newlySeen = seen
    }

    /// The ledger of the good ones among the tags, which are good by themselves and by their signatures.
    mutating func judge(_ tags: [LedgerEntry]) -> SeriesLedger {
        let sorted = tags.sorted { one, other in
            guard one.tag.date == other.tag.date else { return one.tag.date < other.tag.date }
            return "\(one.tag.name)" < "\(other.tag.name)"
        }
        let entries = refuseContradictions(refuseOtherTemplates(sorted))
        var ledger = SeriesLedger(series: series)
        for entry in entries {
            guard case .request(let request) = entry, checkUnmoved(request) else { continue }
            ledger.requests.append(request)
        }
        checkLostRequests(entries)
        let chained = Dictionary(grouping: entries) { LedgerChain(of: $0.tag.name) }
        for chain in LedgerChain.all(of: series) {
            let line = line(of: chain, among: chained[chain] ?? [])
            switch chain.kind {
            case .channel(let channel):
                let placements = (line ?? []).compactMap(\.placement)
                if !placements.isEmpty { ledger.channels[channel] = placements }
            case .approvals:
                ledger.approvals = (line ?? []).compactMap(\.approval)
            case .revocations:
                // A chain that is broken takes no revocation back: each good tag counts.
                ledger.revocations = (line ?? chained[chain] ?? []).compactMap(\.revocation)
            }
        }
        return ledger
    }

    /// The tags of a chain in their order; nil where they cannot be trusted.
    private mutating func line(of chain: LedgerChain, among entries: [LedgerEntry]) -> [LedgerEntry]? {
        var walk = ChainWalk(chain: chain)
        let line = walk.walk(entries)
        let witnesses = [(locks[chain], LedgerProblem.Kind.lock), (seen.heads[chain], .lost)]
        for (witness, kind) in witnesses {
            guard let witness, !line.contains(where: { $0.tag.id == witness }) else { continue }
            walk.miss(witness, kind)
        }
        problems += walk.problems
        guard walk.isWhole else { return nil }
        if let newest = line.last { newlySeen.heads[chain] = newest.tag.id }
        return line
    }

    /// Refuses tags that name another template than the series has.
    private mutating func refuseOtherTemplates(_ entries: [LedgerEntry]) -> [LedgerEntry] {
        guard let own = template ?? entries.lazy.compactMap(\.template).first else { return [] }
        return entries.filter { entry in
            guard let other = entry.template, other != own else { return true }
            refuse(entry, .otherTemplate, "it names the template '\(other)', and the series belongs to '\(own)'")
            return false
        }
    }

    /// Refuses tags that give a version other bytes, or another commit, than its oldest tag does.
    private mutating func refuseContradictions(_ entries: [LedgerEntry]) -> [LedgerEntry] {
        var releases: [String: LedgerEntry] = [:]
        var commits: [String: LedgerEntry] = [:]
        return entries.filter { entry in
            let version = entry.tag.name.version
            let first = commits[version] ?? entry
            commits[version] = first
            guard entry.tag.commit == first.tag.commit else {
                refuse(
                    entry, .otherCommit,
                    "it points to the commit \(entry.tag.commit.short), and \(first.tag.name) to "
                        + "\(first.tag.commit.short); a version is built from one commit")
                return false
            }
            guard let release = entry.release else { return true }
            let known = releases[version] ?? entry
            releases[version] = known
            guard release == known.release else {
                refuse(
                    entry, .otherRelease,
                    "it gives \(version) other digests than \(known.tag.name) does; make a new version of other bytes")
                return false
            }
            return true
        }
    }

    /// Whether a request is the tag object that was seen under its name before.
    private mutating func checkUnmoved(_ request: BuildRequest) -> Bool {
        let name = request.tag.name
        guard let before = seen.requests[name], before != request.tag.id else {
            newlySeen.requests[name] = request.tag.id
            return true
        }
        problems.append(
            LedgerProblem(.lost, "\(name)", "it was moved: it was the tag object \(before.short); move it back"))
        return false
    }

    private mutating func checkLostRequests(_ entries: [LedgerEntry]) {
        let names = Set(entries.map(\.tag.name))
        for (name, id) in seen.requests where name.series == series && !names.contains(name) {
            problems.append(
                LedgerProblem(
                    .lost, "\(name)", "it is gone, or refused now; it was the tag object \(id.short): fetch tags again")
            )
        }
    }

    private mutating func refuse(_ entry: LedgerEntry, _ kind: LedgerProblem.Kind, _ sentence: String) {
        problems.append(LedgerProblem(kind, "\(entry.tag.name)", sentence))
    }
}

extension LedgerEntry {
    fileprivate var placement: Placement? { if case .placement(let placement) = self { placement } else { nil } }
    fileprivate var approval: Approval? { if case .approval(let approval) = self { approval } else { nil } }
    fileprivate var revocation: Revocation? { if case .revocation(let revocation) = self { revocation } else { nil } }
}
