import CrashTestSupport
import HostSystem
import RandomTestSupport
import Testing

@testable import Pipeline

/// What holds for every state, tried on random ones.
struct KeepRulesPropertyTests {
    @Test(arguments: 0..<400 as Range<UInt64>)
    func keepsWhatMustBeKeptOfARandomState(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let inventory = Self.inventory(&random)
        let rules = KeepRules(chains: Int.random(in: 0...3, using: &random))
        let garbage = rules.garbage(in: inventory, now: 1000)
        let removed = Set(garbage.filter { $0.kind == .result }.map(\.name))
        let kept = inventory.results.filter { !removed.contains($0.key.hex) }

        #expect(Set(garbage).count == garbage.count)
        #expect(removed.isSubset(of: inventory.results.map(\.key.hex)))
        #expect(removed.isDisjoint(with: inventory.usedKeys.map(\.hex)))
        // Whatever stays, all that it stands on stays.
        for result in kept { #expect(!removed.contains(result.previous?.hex ?? "")) }
        for template in ["a", "b", "c"] {
            #expect(Self.newestImages(of: template, inventory, rules.chains).isDisjoint(with: removed))
        }
        expectStability(rules, inventory, kept)
        expectMonotony(rules, inventory, kept)
    }

    /// Nothing is left to remove after the removal, if nobody uses anything.
    private func expectStability(_ rules: KeepRules, _ inventory: StateInventory, _ kept: [StateInventory.Result]) {
        guard inventory.usedKeys.isEmpty else { return }
        var rest = inventory
        rest.results = kept
        #expect(rules.garbage(in: rest, now: 1000).filter { $0.kind == .result } == [])
    }

    /// Whoever keeps more chains keeps all that others keep.
    private func expectMonotony(_ rules: KeepRules, _ inventory: StateInventory, _ kept: [StateInventory.Result]) {
        var more = rules
        more.chains += 1
        let removed = Set(more.garbage(in: inventory, now: 1000).map(\.name))
        #expect(kept.allSatisfy { !removed.contains($0.key.hex) })
    }

    /// The newest images of a template that a build could use: each is the end of a chain.
    private static func newestImages(of template: String, _ inventory: StateInventory, _ count: Int) -> Set<String> {
        let images = inventory.results.filter { $0.product == .images && $0.isUsable && $0.uses[template] != nil }
        func use(_ result: StateInventory.Result) -> Double { result.uses[template, default: 0] }
        return Set(images.sorted { (use($0), $0.key.hex) > (use($1), $1.key.hex) }.prefix(count).map(\.key.hex))
    }

    private static func inventory(_ random: inout SeededRandom) -> StateInventory {
        var inventory = StateInventory()
        let missing = StageKey(.of("missing"))
        let all = (0..<Int.random(in: 1...30, using: &random)).map { StageKey(.of("\($0)")) }
        for (index, key) in all.enumerated() where random.happens(0.9) {
            let disks = inventory.results.filter { $0.product == .disk }.map(\.key)
            let product = [StageProduct.disk, .disk, .images, .report].randomElement(using: &random) ?? .disk
            let others = [["a"], ["b"], ["c"], ["a", "b"]].randomElement(using: &random) ?? ["a"]
            inventory.results.append(
                StateInventory.Result(
                    key: key, stage: "stage\(index)", product: product,
                    previous: random.happens(0.8) ? (disks + [missing]).randomElement(using: &random) : nil,
                    uses: Dictionary(
                        uniqueKeysWithValues: others.map { ($0, Double(Int.random(in: 0...20, using: &random))) }),
                    isUsable: random.happens(0.9), bytes: 1))
        }
        inventory.passUsesDown()
        inventory.locks = Set(all.filter { _ in random.happens(0.5) })
        if random.happens(0.5) { inventory.heldLocks = inventory.locks.filter { _ in random.happens(0.2) } }
        return inventory
    }
}
