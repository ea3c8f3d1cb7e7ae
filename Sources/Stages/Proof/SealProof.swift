internal import Foundation
internal import HostSystem

/// What clones of a sealed disk proved of the seal, for people and programs; becomes a part of the release's `seal-report.json`.
struct SealProof: Sendable {
    static let fileName = "proof.json"

    /// What the clones showed.
    let findings: CloneFindings
    /// What they have or share of each kind of identity.
    let identities: [IdentityVerdict]
    /// What each one's kernel said, by what the clone is called.
    let consoles: [String: ConsoleJudgement]
    /// Whether it is known what the system had before the seal.
    let buildIsKnown: Bool

    /// All clones.
    private var looks: [CloneLook] { findings.clones + (findings.seeded.map { [$0.look] } ?? []) }

    /// Everything that must hold, with what does not.
    var outcomes: [TestOutcome] {
        looks.flatMap(outcomes(of:)) + identities.map(outcome(of:)) + [seedOutcome] + growthOutcome + findings.tests
    }

    private func outcomes(of clone: CloneLook) -> [TestOutcome] {
        let units = clone.facts.failedUnits
        return [
            TestOutcome(name: "the \(clone.role) boots", failure: nil, duration: clone.time),
            TestOutcome(
                name: "no unit failed in the \(clone.role)",
                failure: units.isEmpty ? nil : "failed units: " + units.joined(separator: ", "), duration: .zero),
            TestOutcome(
                name: "no kernel error in the \(clone.role)", failure: consoles[clone.role]?.failure, duration: .zero),
        ]
    }

    private func outcome(of verdict: IdentityVerdict) -> TestOutcome {
        TestOutcome(
            name: "each clone has its own \(verdict.kind.rawValue)", failure: verdict.failure, duration: .zero,
            remark: verdict.remark)
    }

    private var seedOutcome: TestOutcome {
        let seed = findings.seeded?.seed
        return TestOutcome(
            name: "a clone takes its seed", failure: seed?.failure, duration: .zero,
            remark: seed == nil ? "there is no cloud-init in the image, so that no seed was tried" : nil)
    }

    private var growthOutcome: [TestOutcome] {
        guard let growth = findings.seeded?.growth else { return [] }
        return [TestOutcome(name: "a clone grows on a larger disk", failure: growth.failure, duration: .zero)]
    }

    /// The report's JSON.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return try encoder.encode(
            Report(
                agentNeededSeed: findings.agentNeededSeed, comparedWithBuild: buildIsKnown,
                clones: looks.map { look in
                    Report.Clone(
                        name: look.role, secondsToBoot: look.time.rounded, failedUnits: look.facts.failedUnits,
                        kernelErrors: consoles[look.role]?.errors ?? [],
                        allowedErrors: consoles[look.role]?.allowed ?? [])
                },
                identities: identities, seed: findings.seeded?.seed, growth: findings.seeded?.growth,
                tests: findings.tests.map(TestReport.init)))
    }

    /// How the report looks.
    private struct Report: Encodable {
        struct Clone: Encodable {
            let name: String
            let secondsToBoot: Double
            let failedUnits: [String]
            let kernelErrors: [String]
            let allowedErrors: [ConsoleJudgement.Excuse]
        }

        let agentNeededSeed: Bool
        let comparedWithBuild: Bool
        let clones: [Clone]
        let identities: [IdentityVerdict]
        let seed: SeedResult?
        let growth: DiskGrowth?
        let tests: [TestReport]
    }
}

/// How a test went, for a report.
struct TestReport: Sendable, Codable, Equatable {
    /// What it states.
    let name: String
    /// What was wrong; left out if it passed.
    let failure: String?

    /// The report of an outcome.
    init(_ outcome: TestOutcome) {
        name = outcome.name
        failure = outcome.failure
    }
}

extension Duration {
    /// Seconds, to a tenth.
    var rounded: Double { (Double(milliseconds) / 100).rounded() / 10 }
}
