import Foundation
import HostSystem
import Testing

@testable import Pipeline

struct KeepRulesTests {
    private let rules = KeepRules(chains: 2)
    private let now = 1_800_000_000.0

    private func key(_ name: String) -> StageKey { StageKey(.of(name)) }

    private func result(
        _ name: String, on previous: String? = nil, _ product: StageProduct = .disk, used: Double = 0,
        by templates: Set<String> = ["web"], isUsable: Bool = true
    ) -> StateInventory.Result {
        StateInventory.Result(
            key: key(name), stage: name, product: product, previous: previous.map(key),
            uses: Dictionary(uniqueKeysWithValues: templates.map { ($0, used) }), isUsable: isUsable, bytes: 10)
    }

    /// Two disks, images of the second, a proof of the disk and a report on the images.
    private func chain(_ number: Int, used: Double, by templates: Set<String> = ["web"]) -> [StateInventory.Result] {
        [
            result("install\(number)", used: used, by: templates),
            result("seal\(number)", on: "install\(number)", used: used, by: templates),
            result("prove\(number)", on: "seal\(number)", .report, used: used, by: templates),
            result("convert\(number)", on: "seal\(number)", .images, used: used, by: templates),
            result("verify\(number)", on: "convert\(number)", .report, used: used, by: templates),
        ]
    }

    private func removed(_ results: [StateInventory.Result], used: [String] = [], held: [String] = []) -> [String] {
        var inventory = StateInventory()
        inventory.results = results
        inventory.passUsesDown()
        inventory.heldLocks = Set(held.map(key))
        if !used.isEmpty {
            var record = RunRecord(id: "r", template: "other", version: "0", process: 1, started: "")
            record.keys = used.map(key)
            inventory.runs = [
                StateInventory.Run(id: "r", record: record, isLiving: true, keepsResources: false, bytes: 0)
            ]
        }
        let names = Dictionary(uniqueKeysWithValues: results.map { ($0.key.hex, $0.stage) })
        return rules.garbage(in: inventory, now: now).filter { $0.kind == .result }.compactMap { names[$0.name] }
    }

    @Test func keepsTheNewestChainsWhole() {
        let results = (1...4).flatMap { chain($0, used: Double($0)) }.shuffled()
        let removed = removed(results)
        #expect(
            Set(removed)
                == Set(
                    (1...2).flatMap { number in
                        ["install", "seal", "prove", "convert", "verify"].map { $0 + "\(number)" }
                    }))
        // What stands on a result goes before the result.
        for number in 1...2 {
            let order = ["verify", "convert", "seal", "install"].compactMap { removed.firstIndex(of: "\($0)\(number)") }
            #expect(order.count == 4 && order == order.sorted())
        }
    }

    @Test func keepsWhatNewerChainsShareWithOlderOnes() {
        let results =
            [result("install", used: 9)]
            + (1...4).flatMap { number in
                [
                    result("seal\(number)", on: "install", used: Double(number)),
                    result("convert\(number)", on: "seal\(number)", .images, used: Double(number)),
                ]
            }
        #expect(Set(removed(results)) == ["seal1", "convert1", "seal2", "convert2"])
    }

    @Test func countsForEachTemplateByItself() {
        let results = chain(1, used: 1) + (2...4).flatMap { chain($0, used: Double($0), by: ["db"]) }
        #expect(Set(removed(results)) == ["install2", "seal2", "prove2", "convert2", "verify2"])
    }

    @Test func keepsForATemplateWhatAnotherMadeFirst() {
        let results =
            chain(1, used: 1, by: ["db", "web"]) + (2...4).flatMap { chain($0, used: Double($0), by: ["db"]) }
        #expect(Set(removed(results)) == ["install2", "seal2", "prove2", "convert2", "verify2"])
    }

    @Test func keepsUnfinishedWorkThatIsNewerThanTheLastFinished() {
        let finished = chain(5, used: 5)
        let tries = (6...8).map { result("seal\($0)", on: "install5", used: Double($0)) }
        let forgotten = [result("seal1", on: "install5", used: 1)]
        #expect(Set(removed(finished + tries + forgotten)) == ["seal6", "seal1"])
    }

    @Test func removesWhatNoBuildCanUse() {
        let results = chain(1, used: 1) + [result("broken", on: "install1", used: 9, isUsable: false)]
        #expect(removed(results) == ["broken"])
    }

    @Test func keepsWhatLivingRunsUseAndWhatIsBelow() {
        let results = (1...4).flatMap { chain($0, used: Double($0)) }
        #expect(
            Set(removed(results, used: ["convert1"]))
                == Set(["install", "seal", "prove", "convert", "verify"].map { $0 + "2" }))
        #expect(Set(removed(results, used: ["seal1", "none"])).isDisjoint(with: ["seal1", "install1", "prove1"]))
        #expect(Set(removed(results, held: ["seal1"])).isDisjoint(with: ["seal1", "install1", "prove1"]))
    }

    @Test func keepsNothingButWhatIsUsedIfToldSo() {
        var inventory = StateInventory()
        inventory.results = chain(1, used: 1)
        #expect(KeepRules(chains: 0).garbage(in: inventory, now: now).count == 5)
    }

    @Test func removesRenewalsAndLocksOfWhatIsGone() {
        let base = key("base")
        var inventory = StateInventory()
        inventory.renewals = [base: "run"]
        inventory.locks = [base, key("install1")]
        inventory.results = chain(1, used: 1)
        func garbage() -> [Garbage.Kind: [String]] {
            rules.garbage(in: inventory, now: now).reduce(into: [:]) { $0[$1.kind, default: []].append($1.name) }
        }
        #expect(garbage() == [.renewal: [base.hex], .lock: [base.hex]])
        inventory.heldLocks = [base]
        #expect(garbage() == [:])
        inventory.heldLocks = [base.renewed(by: "run")]
        #expect(garbage() == [.lock: [base.hex]])
    }

    @Test(
        arguments: [
            // The newest two stay, and failed ones for a time.
            (["done 90", "done 80", "done 70", "done 1"], [0, 1]),
            (["failed 40", "failed 29", "done 5", "done 4", "done 3"], [0, 2]),
            (["abandoned 40", "interrupted 29", "done 5", "done 4"], [0]),
            (["failed 90", "failed 80"], []),
        ] as [([String], [Int])])
    func keepsTheNewestRunsAndYoungFailedOnes(runs: [String], removed: [Int]) {
        var inventory = StateInventory()
        inventory.runs = runs.enumerated().map { run(number: $0.offset, $0.element) }
        #expect(rules.garbage(in: inventory, now: now).map(\.name).sorted() == removed.map { "run\($0)" })
    }

    @Test func keepsRunsThatLiveOrKeepAMachineAndRemovesUnreadableOnes() {
        var inventory = StateInventory()
        inventory.runs =
            [run(number: 0, "failed 90", keeps: true), run(number: 1, "done 90", isLiving: true)]
            + [StateInventory.Run(id: "run2", record: nil, isLiving: false, keepsResources: false, bytes: 0)]
            + [StateInventory.Run(id: "run3", record: nil, isLiving: true, keepsResources: false, bytes: 0)]
            + (4..<6).map { run(number: $0, "done 1") }
        #expect(rules.garbage(in: inventory, now: now).map(\.name) == ["run2"])
    }

    /// A run that ended some days ago: `failed 12`.
    private func run(
        number: Int, _ text: String, isLiving: Bool = false, keeps: Bool = false
    ) -> StateInventory.Run {
        let words = text.split(separator: " ")
        var record = RunRecord(id: "run\(number)", template: "web", version: "0", process: 1, started: "")
        record.outcome = RunRecord.Outcome(rawValue: String(words[0]))
        let age = (Double(words[1]) ?? 0) * 86400
        record.ended = UTCStamp.full(.init(timeIntervalSince1970: now - age))
        return StateInventory.Run(
            id: record.id, record: record, isLiving: isLiving, keepsResources: keeps, bytes: 1)
    }
}
