internal import Attestation
internal import Foundation
internal import HostSystem
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots clones of the sealed disk, and judges from them whether the seal is complete.
///
/// Two run at the same time, without a seed: what one has that no other may have must differ between them, and from the
/// system that they come from. The template's tests run in the first, a third takes a seed and grows. The clones are overlays
/// that are thrown away; the sealed disk stays as it is. What was found is a report and JUnit XML. The ports at which
/// the first one listens are recorded, and what is on its disk where libguestfs cannot read that.
package struct ProveSeal: Stage {
    package static let name = "prove-seal"
    package static let summary = "boot clones of the sealed disk: they share nothing, and pass the template's tests"
    package static let revision = 4
    package static let product = StageProduct.report

    let machines: BuildMachines

    /// The proof of a template's seal.
    package init(machines: BuildMachines) {
        self.machines = machines
    }

    private var template: Template { machines.template }

    package func ingredients() async throws -> Ingredients? {
        struct Options: Encodable {
            let tests: [GuestTests.Recipe]
            let perClone: [Template.Identity]
            let grows: Bool
            let allowedOnConsole: [Template.AllowedLine]
        }
        return try Ingredients(
            options: Options(
                tests: GuestTests(tests: template.tests).recipe,
                perClone: template.proof.perClone.sorted { $0.rawValue < $1.rawValue },
                grows: template.proof.grows, allowedOnConsole: template.proof.allowedOnConsole))
    }

    package func run(_ work: StageWork) async throws {
        guard let sealed = work.disk else { return }
        let build = try IdentityRecord.load(beside: sealed)
        if build == nil { work.report("what the system had before its seal is not known; clones are compared alone") }
        let findings = try await CloneBoots(machines: machines, sealed: sealed, work: work).run()
        let proof = try await judge(findings, build: build, work)
        try save(proof, work)
        let failed = proof.outcomes.filter { $0.failure != nil }
        guard failed.isEmpty else { throw GuestTestError(failed: failed, total: proof.outcomes.count) }
    }

    private func judge(_ findings: CloneFindings, build: IdentityRecord?, _ work: StageWork) async throws -> SealProof {
        let accelerator = try await machines.room.hypervisor().accelerator.accelerator
        let looks = findings.clones + (findings.seeded.map { [$0.look] } ?? [])
        var consoles: [String: ConsoleJudgement] = [:]
        for look in looks {
            let console = work.run.logs.appending("console-\(look.role).log")
            consoles[look.role] = ConsoleJudgement(
                of: try SerialConsole.lines(of: console) + look.facts.kernelLog,
                allowing: template.proof.allowedOnConsole, accelerator: accelerator)
        }
        let identities = IdentityVerdict.judge(
            clones: findings.clones.compactMap(\.identities), build: build, declared: template.proof.perClone)
        let proof = SealProof(
            findings: findings, identities: identities, consoles: consoles, buildIsKnown: build != nil)
        if findings.agentNeededSeed {
            work.report(
                "the clones had a seed: their agent may run nothing without; cloud-init may hide what is left over")
        }
        for outcome in proof.outcomes where outcome.failure == nil {
            if let remark = outcome.remark { work.report("\(outcome.name): \(remark)") }
        }
        return proof
    }

    /// A stage that fails leaves no result; what was found is among the logs then.
    private func save(_ proof: SealProof, _ work: StageWork) throws {
        let report = JUnitReport(suite: "\(template.name) clone", outcomes: proof.outcomes)
        let json = try proof.json()
        for folder in [work.folder, work.run.logs] {
            try folder.appending(JUnitReport.fileName).write(report.xml.utf8)
            try folder.appending(SealProof.fileName).write(json)
        }
        try OpenPorts.save(proof.findings.ports, in: work.folder)
        try proof.findings.inventory.map { try work.folder.appending(TakeInventory.fileName).write(try $0.json()) }
    }
}

/// What did not hold in clones of a sealed disk.
package struct GuestTestError: Error, CustomStringConvertible {
    /// What did not.
    package let failed: [TestOutcome]
    /// How much was looked at.
    package let total: Int

    package var description: String {
        (["\(failed.count) of \(total) checks failed in clones of the sealed disk"]
            + failed.map { "  > \($0.name): \($0.failure ?? "")" }).joined(separator: "\n")
    }
}
