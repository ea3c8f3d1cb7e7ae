internal import Foundation

/// Follows the tags of one chain from its first to its newest.
///
/// A chain is whole if its good tags form one line. A tag that breaks a rule against its predecessor is left out by itself;
/// only if others were built on it, the chain is broken.
struct ChainWalk {
    /// The chain.
    let chain: LedgerChain
    /// What is wrong.
    private(set) var problems: [LedgerProblem] = []
    /// Whether the line can be trusted.
    private(set) var isWhole = true

    init(chain: LedgerChain) {
        self.chain = chain
    }

    /// The line of the tags as far as it goes.
    mutating func walk(_ entries: [LedgerEntry]) -> [LedgerEntry] {
        var successors = Dictionary(grouping: entries, by: \.previous)
        var line: [LedgerEntry] = []
        var next = successors.removeValue(forKey: nil) ?? []
        while true {
            let good = next.filter { follows($0, line) }
            guard good.count <= 1, let entry = good.first else {
                if good.count > 1 { fork(good) }
                break
            }
            line.append(entry)
            next = successors.removeValue(forKey: entry.tag.id) ?? []
        }
        if isWhole { breakOff(successors.values.flatMap { $0 }) }
        return line
    }

    /// Says that a tag object which must be in the line is not.
    mutating func miss(_ id: ObjectID, _ kind: LedgerProblem.Kind) {
        isWhole = false
        let sentence =
            kind == .lock
            ? "\(chain.lockRef) points to the tag object \(id.short), which is no good tag of this chain: a tag was "
                + "deleted, moved or refused; get the tag back, or fetch all tags"
            : "the tag object \(id.short) was in this chain before and is not any more: it was deleted, moved or "
                + "refused; get the tag back, or fetch all tags"
        problems.append(LedgerProblem(kind, "\(chain)", sentence, chain: chain))
    }

    /// Whether a tag keeps the rules against those before it.
    private mutating func follows(_ entry: LedgerEntry, _ line: [LedgerEntry]) -> Bool {
        let before = line.last
        if let before, entry.tag.date < before.tag.date {
            refuse(entry, .backDated, "its time is before that of \(before.tag.name), which it follows")
            return false
        }
        if let expected = expectedNumber(of: entry.tag.name, after: line), expected != entry.tag.name.number {
            refuse(entry, .turn, "its number should be \(expected), by the tags before it")
            return false
        }
        guard case .placement(let placement) = entry, let undone = placement.rollsBack, undone != before?.tag.name
        else {
            return true
        }
        refuse(
            entry, .rollback,
            "it undoes \(undone), and the channel held \(before.map { "\($0.tag.name)" } ?? "nothing") then")
        return false
    }

    /// The number that the tag's name must have: one more than the same claim has in the line.
    private func expectedNumber(of name: TagName, after line: [LedgerEntry]) -> Int? {
        guard name.number != nil else { return nil }
        let same = line.reversed().first { entry in
            LedgerChain.isSameClaim(entry.tag.name, name)
        }
        return (same?.tag.name.number ?? 0) + 1
    }

    private mutating func fork(_ entries: [LedgerEntry]) {
        isWhole = false
        let names = entries.map { "\($0.tag.name)" }.sorted()
        let place = entries[0].previous.map { "follow the tag object \($0.short)" } ?? "say that they are the first"
        problems.append(
            LedgerProblem(
                .fork, "\(chain)", "\(names.joined(separator: " and ")) both \(place); take one of them away for good",
                chain: chain))
    }

    /// Says of tags that the line does not reach that their predecessor is missing.
    private mutating func breakOff(_ entries: [LedgerEntry]) {
        let unreached = Set(entries.map(\.tag.id))
        isWhole = entries.isEmpty
        for entry in entries {
            guard let previous = entry.previous, !unreached.contains(previous) else { continue }
            problems.append(
                LedgerProblem(
                    .brokenChain, "\(entry.tag.name)",
                    "the tag object \(previous.short), which it follows, is no good tag of '\(chain)': it was deleted, "
                        + "moved or refused; get it back, or fetch all tags", chain: chain))
        }
    }

    private mutating func refuse(_ entry: LedgerEntry, _ kind: LedgerProblem.Kind, _ sentence: String) {
        problems.append(LedgerProblem(kind, "\(entry.tag.name)", sentence))
    }
}

extension TagName {
    /// The number in it: a placement's turn, an approval's number.
    fileprivate var number: Int? {
        switch claim {
        case .placement(_, let turn): turn
        case .approval(_, let number): number
        case .request, .revocation: nil
        }
    }
}

extension LedgerChain {
    /// Whether two names of a chain differ by nothing but their numbers.
    fileprivate static func isSameClaim(_ one: TagName, _ other: TagName) -> Bool {
        guard one.version == other.version else { return false }
        switch (one.claim, other.claim) {
        case (.approval(let a, _), .approval(let b, _)): return a == b
        default: return true
        }
    }
}
