internal import Attestation
internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots a clone of the sealed disk and runs the template's tests in it.
///
/// The clone is an overlay that is thrown away; the sealed disk stays as it is. A test passes when its command exits with
/// 0 and prints what the template expects. The results are JUnit XML. The ports at which the clone listens are recorded,
/// and what is on its disk where libguestfs cannot read that.
package struct ProveSeal: Stage {
    package static let name = "prove-seal"
    package static let summary = "boot a clone of the sealed disk and run the template's tests in it"
    package static let revision = 3
    package static let product = StageProduct.report

    let machines: BuildMachines
    private let tests: [Template.GuestTest]

    /// The proof of a template's seal.
    package init(machines: BuildMachines) {
        self.machines = machines
        tests = machines.template.tests
    }

    package func ingredients() async throws -> Ingredients? {
        struct Test: Encodable {
            let name: String
            let run: String
            let expect: String?
        }
        return try Ingredients(options: tests.map { Test(name: $0.name, run: $0.run, expect: $0.expect) })
    }

    package func run(_ work: StageWork) async throws {
        guard let sealed = work.disk else { return }
        let hypervisor = try await machines.room.hypervisor()
        let proof = try await withScratchFolder(in: work.folder, prefix: "clone") { folder in
            try hypervisor.user.own(folder)
            let disk = folder.appending("disk.qcow2")
            try await BuildDisk.createOverlay(disk, of: sealed, for: hypervisor.user)
            var definition = machines.definition(role: "clone", run: work.run, disk: disk)
            definition.seed = try await seed(in: folder, beside: sealed, for: hypervisor.user)
            return try await machines.withMachine(definition, work) { machine in
                let guest = try await machine.boot(
                    deadline: machines.deadlines.boot, stall: machines.deadlines.stall, installUser: nil,
                    report: work.report)
                // The clone is thrown away afterwards: what it has not written yet is lost to nobody.
                return try await guest.watched(stall: machines.deadlines.stall) { try await look(at: guest, work) }
            }
        }
        let report = JUnitReport(suite: "\(machines.template.name) clone", outcomes: proof.outcomes)
        try work.folder.appending(JUnitReport.fileName).write(report.xml.utf8)
        try work.run.logs.appending(JUnitReport.fileName).write(report.xml.utf8)
        try OpenPorts.save(proof.ports, in: work.folder)
        try proof.inventory.map { try work.folder.appending(TakeInventory.fileName).write(try $0.json()) }
        let failed = proof.outcomes.filter { $0.failure != nil }
        guard failed.isEmpty else { throw GuestTestError(failed: failed, total: proof.outcomes.count) }
    }

    /// What was found out in the clone.
    private struct Proof {
        /// What is on its disk; nil where libguestfs can read that.
        let inventory: Inventory?
        let outcomes: [TestOutcome]
        let ports: [ListeningPort]
    }

    /// The tests come last, since they may write.
    private func look(at guest: Guest, _ work: StageWork) async throws -> Proof {
        var inventory: Inventory?
        if try await GuestInventory.isNeeded(by: guest.agent) {
            work.report("listing what is on the disk, which libguestfs cannot read")
            inventory = try await GuestInventory.take(
                by: guest.agent, in: work.folder, log: work.run.log(of: Self.name))
        }
        let outcomes = try await test(guest, work)
        return Proof(inventory: inventory, outcomes: outcomes, ports: try await OpenPorts.find(by: guest.agent))
    }

    private func test(_ guest: Guest, _ work: StageWork) async throws -> [TestOutcome] {
        var outcomes = [try await identityTest(in: guest)]
        for (index, test) in tests.enumerated() {
            work.report("test \(index + 1)/\(tests.count) \(test.name)")
            guest.machine.note("the test '\(test.name)'")
            outcomes.append(
                try await outcome(
                    name: test.name, run: test.run, expect: test.expect, timeout: test.timeout, in: guest))
        }
        return outcomes
    }

    /// A clone that still has the id of the system it was made from, or none at all, is no clone.
    private func identityTest(in guest: Guest) async throws -> TestOutcome {
        try await outcome(
            name: "the clone has a machine id of its own", run: "[ \"$(wc -c </etc/machine-id)\" -eq 33 ]",
            expect: nil, timeout: .seconds(30), in: guest)
    }

    private func outcome(
        name: String, run: String, expect: String?, timeout: Duration, in guest: Guest
    ) async throws -> TestOutcome {
        let clock = ContinuousClock()
        let start = clock.now
        var failure: String?
        do {
            let result = try await guest.agent.shell(run, deadline: timeout)
            // Cut when nothing is left in it that must not be shown.
            let printed = guest.machine.redactor.text(result.text).suffix(400)
            if !result.succeeded {
                let errors = guest.machine.redactor.text(result.errorText).suffix(400)
                failure = "\(result.ending); it printed '\(printed)' and '\(errors)'"
            } else if let expected = expect?.trimmingCharacters(in: .whitespacesAndNewlines), result.text != expected {
                failure = "it printed '\(printed)', expected was '\(expected)'"
            }
        } catch let error as AgentError where !error.isPassing {
            failure = guest.machine.redactor.text("\(error)")
        }
        return TestOutcome(name: name, failure: failure, duration: clock.now - start)
    }

    /// Where the distribution ships the agent without the right to run programs, the seal has given that state back; the
    /// clone gets a cloud-init seed that enables it until the next boot, in memory.
    private func seed(in folder: FilePath, beside sealed: FilePath, for user: QEMUUser) async throws -> FilePath? {
        guard (try? InstalledSystem.load(beside: sealed))?.agentWasBlocked == true else { return nil }
        let image = folder.appending("seed.img")
        try await CloneSeed.make(image)
        try user.own(image)
        return image
    }
}

/// Tests that failed in the clone.
package struct GuestTestError: Error, CustomStringConvertible {
    /// The failed ones.
    package let failed: [TestOutcome]
    /// How many were run.
    package let total: Int

    package var description: String {
        (["\(failed.count) of \(total) tests failed in a clone of the sealed disk"]
            + failed.map { "  > \($0.name): \($0.failure ?? "")" }).joined(separator: "\n")
    }
}
