import Foundation
import HostSystem
import Machines
import Pipeline
import SystemPackage
import Testing
import VirtualMachineTestSupport

extension LongTests {
    /// Whether builds name the causes of faults that are made from outside.
    @Suite(.timeLimit(.minutes(100)))
    struct FaultTests {
        /// The faults to make; `IMAGEFACTORY_FAULTS` names some of them, with commas between.
        private static let chosen: [Fault] = {
            let names = ProcessInfo.processInfo.environment["IMAGEFACTORY_FAULTS"]?.split(separator: ",") ?? []
            return Fault.catalogue.filter { names.isEmpty || names.contains(Substring($0.name)) }
        }()

        @Test func hasThreeFaultsOfEachCause() {
            let counted = Fault.catalogue.filter { $0.evidence != .text }
            #expect(counted.count >= 66)
            for (cause, faults) in Dictionary(grouping: Fault.catalogue, by: \.cause) {
                #expect(faults.count >= 3, "\(cause)")
            }
            #expect(Set(Fault.catalogue.map(\.cause)).count == FailureCause.allCases.count)
            #expect(Set(Fault.catalogue.map(\.name)).count == Fault.catalogue.count)
        }

        /// Each fault is made in a build of its own, and beside another one: most of the time is spent waiting. Only those of
        /// the installation share no state with others, so they fill one lane from the beginning, and the other when it is
        /// free.
        @Test func namesTheCauseOfNearlyEveryFault() async throws {
            let lab = try #require(Lab.current)
            try await Self.prepare(lab)
            let apart = FaultQueue(Self.chosen.filter { $0.reach == .installation })
            let together = FaultQueue(Self.chosen.filter { $0.reach != .installation })
            async let first = Self.make([apart], in: lab)
            async let second = Self.make([together, apart], in: lab)
            let table = FaultTable(rows: try await first + second)
            print(table)
            #expect(table.rightPart >= 0.95)
            if let median = table.median(of: .some) { #expect(median < 10) }
            // A stall is looked for twice a second.
            if let median = table.median(of: .none) { #expect(median < Fault.stall.seconds + 1) }
            #expect(table.rows.filter { $0.fault.evidence == .text && !$0.isRight }.map(\.fault.name) == [])
        }

        /// Makes what the faults have in common: the medium, the installed system, and a guest frozen behind its boot.
        private static func prepare(_ lab: Lab) async throws {
            _ = try await lab.iso()
            let template = LabTemplate(name: "healthy", provision: ["run: { commands: \"true\" }"])
            let project = try lab.project([template.name: template.text])
            let ending = try await project.factory("build", template.name, "--until", "provision").run()
            print("prepared in \(ending.duration)")
            try #require(ending.status == 0, "\(ending.talk)")
        }

        /// Makes the faults of queues one after another.
        private static func make(_ queues: [FaultQueue], in lab: Lab) async throws -> [FaultTable.Row] {
            var rows: [FaultTable.Row] = []
            for queue in queues {
                while let fault = await queue.next() {
                    let row = try await lab.turn { try await make(fault, in: lab) }
                    print(row)
                    if !row.isRight { print(row.verdict?.talk.suffix(2500) ?? "") }
                    rows.append(row)
                }
            }
            return rows
        }

        private static func make(_ fault: Fault, in lab: Lab) async throws -> FaultTable.Row {
            let start = ContinuousClock.now
            do {
                let trial = try FaultTrial(of: fault, in: lab)
                let verdict = try await fault.conduct(trial)
                try trial.project.root.remove()
                let remark = "in \((ContinuousClock.now - start).components.seconds) s"
                return FaultTable.Row(fault: fault, verdict: verdict, remark: remark)
            } catch let impossible as FaultImpossible {
                return FaultTable.Row(fault: fault, verdict: nil, remark: impossible.reason)
            } catch let error as DeadlineError {
                let verdict = FaultVerdict(cause: nil, delay: nil, talk: "")
                return FaultTable.Row(fault: fault, verdict: verdict, remark: "\(error)")
            }
        }
    }
}

/// Faults of which each is made once, by whoever is free.
private actor FaultQueue {
    private var faults: ArraySlice<Fault>

    init(_ faults: [Fault]) {
        self.faults = faults[...]
    }

    func next() -> Fault? { faults.popFirst() }
}
