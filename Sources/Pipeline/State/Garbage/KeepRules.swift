internal import Foundation

/// What of a state is kept.
///
/// A *chain* is a result on which no other of its template stands, with everything that it stands on and what was
/// reported about any of it. It is complete when it ends in images.
///
/// Kept are, for each template:
/// - the newest ``chains`` complete chains, by when they were used last;
/// - of the unfinished ones that were used later than the newest complete one, the newest ``chains``: the next build
///   goes on from there;
/// - the folders of the newest ``chains`` runs, and of all younger than ``maxAge`` that did not end well.
///
/// Beside that, everything that a living run uses or makes, and what a run kept for a person to look at.
package struct KeepRules: Sendable, Equatable {
    /// How many chains and runs of each template.
    package var chains: Int
    /// For how long a failed run.
    package var maxAge: Duration

    /// Rules; the newest two chains, and what failed in the last 30 days.
    package init(chains: Int = 2, maxAge: Duration = .seconds(30 * 86400)) {
        self.chains = chains
        self.maxAge = maxAge
    }

    /// What of a state can go, in the order in which it is to go: what stands on a result before the result.
    ///
    /// - Parameter now: The present, in seconds since 1970.
    package func garbage(in inventory: StateInventory, now: Double) -> [Garbage] {
        let kept = keptResults(inventory)
        let results = inventory.results.filter { !kept.contains($0.key) }.sortedFromTheTop()
        let renewals = inventory.renewals.filter {
            !kept.contains($0.key) && !kept.contains($0.key.renewed(by: $0.value))
        }
        let locks = inventory.locks.subtracting(kept)
        return results.map { Garbage(.result, $0.key.hex, bytes: $0.bytes, reason: reason($0)) }
            + renewals.keys.map(\.hex).sorted().map {
                Garbage(.renewal, $0, reason: "the result that was asked for again is gone")
            }
            + locks.map(\.hex).sorted().map { Garbage(.lock, $0, reason: "there is no such result") }
            + runs(inventory, now: now)
    }

    private func reason(_ result: StateInventory.Result) -> String {
        let what = "\(result.stage) of \(result.uses.keys.sorted().joined(separator: ", "))"
        guard result.isUsable else { return "\(what); no build can use it" }
        let date = UTCStamp.full(Date(timeIntervalSince1970: result.uses.values.max() ?? 0)).prefix(10)
        return "\(what), used last on \(date); newer ones are kept"
    }
}

/// Results.
extension KeepRules {
    private func keptResults(_ inventory: StateInventory) -> Set<StageKey> {
        let previous = Dictionary(uniqueKeysWithValues: inventory.results.map { ($0.key, $0.previous) })
        var kept: Set<StageKey> = []
        var next = Array(inventory.usedKeys) + keptTops(inventory.results.filter(\.isUsable))
        while let key = next.popLast() {
            guard kept.insert(key).inserted, let below = previous[key] ?? nil else { continue }
            next.append(below)
        }
        for result in inventory.results where result.product == .report && result.isUsable {
            if result.previous.map(kept.contains) ?? true { kept.insert(result.key) }
        }
        return kept
    }

    /// The upper ends of the chains that are kept.
    private func keptTops(_ results: [StateInventory.Result]) -> [StageKey] {
        let results = results.filter { $0.product == .disk || $0.product == .images }
        return Set(results.flatMap(\.uses.keys)).flatMap { template in
            let own = results.filter { $0.uses[template] != nil }
            let below = Set(own.compactMap(\.previous))
            func use(_ result: StateInventory.Result) -> Double { result.uses[template, default: 0] }
            let tops = own.filter { !below.contains($0.key) }
                .sorted { (use($0), $0.key.hex) > (use($1), $1.key.hex) }
            let complete = tops.filter { $0.product == .images }
            let newest = complete.first.map(use) ?? -.infinity
            let unfinished = tops.filter { $0.product == .disk && use($0) > newest }
            return (complete.prefix(chains) + unfinished.prefix(chains)).map(\.key)
        }
    }
}

/// Runs.
extension KeepRules {
    private func runs(_ inventory: StateInventory, now: Double) -> [Garbage] {
        var counts: [String: Int] = [:]
        return inventory.runs.reversed().compactMap { run in
            guard !run.isLiving, !run.keepsResources else { return nil }
            guard let record = run.record else {
                return Garbage(.run, run.id, bytes: run.bytes, reason: "what is on record about it cannot be read")
            }
            counts[record.template, default: 0] += 1
            // What a run without an end left is cleared away first, and that gives it an end.
            guard let outcome = record.outcome, counts[record.template, default: 0] > chains else { return nil }
            let age = now - (UTCStamp.seconds(record.ended ?? record.started) ?? 0)
            guard outcome == .done || age > maxAge.seconds else { return nil }
            return Garbage(
                .run, run.id, bytes: run.bytes, reason: "\(record.template), \(outcome.rawValue); newer ones are kept")
        }
    }
}

extension [StateInventory.Result] {
    /// Each before what it stands on.
    fileprivate func sortedFromTheTop() -> Self {
        let previous = Dictionary(uniqueKeysWithValues: map { ($0.key, $0.previous) })
        func height(_ key: StageKey) -> Int {
            var (height, next) = (0, previous[key] ?? nil)
            while let key = next, height < count {
                height += 1
                next = previous[key] ?? nil
            }
            return height
        }
        return map { (height($0.key), $0) }.sorted { ($0.0, $0.1.key.hex) > ($1.0, $1.1.key.hex) }.map(\.1)
    }
}
