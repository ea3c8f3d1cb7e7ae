internal import Foundation
internal import HostSystem

/// What an audit of a disk has found: `audit.json`. It holds no secret, and no time.
package struct AuditReport: Sendable, Codable, Equatable {
    /// How a check ended.
    package enum Outcome: String, Sendable, Codable {
        /// All is as it should be, or is allowed.
        case passed
        /// Something is not.
        case failed
        /// It could not be looked at, or does not apply.
        case skipped
    }

    /// One check.
    package struct Check: Sendable, Codable, Equatable {
        /// Its name: `ssh-host-keys`.
        package let name: String
        /// What must hold, as a line for people.
        package let summary: String
        /// How it ended.
        package let outcome: Outcome
        /// Why it was skipped, or what was looked at.
        package let detail: String?
    }

    /// A finding that is allowed.
    package struct Allowed: Sendable, Codable, Equatable {
        /// What was found.
        package let finding: AuditFinding
        /// Why it may be there.
        package let reason: String
    }

    /// The report's name, in the stage's folder.
    package static let fileName = "audit.json"

    /// The layout of this report.
    package private(set) var schema = 1
    /// The checks.
    package private(set) var checks: [Check] = []
    /// What must not be there.
    package private(set) var findings: [AuditFinding] = []
    /// What may be there.
    package private(set) var allowed: [Allowed] = []
    /// The allowances that nothing needed.
    package private(set) var unusedAllowances: [AuditAllowance] = []

    private enum CodingKeys: String, CodingKey {
        case schema, checks, findings, allowed, unusedAllowances
    }

    /// A report without checks.
    package init() {}

    /// Adds a check, which failed if one of its findings is not allowed.
    mutating func add(
        _ name: String, _ summary: String, findings found: [AuditFinding], by declarations: AuditDeclarations,
        detail: String? = nil
    ) {
        var isGood = true
        for finding in found {
            if let reason = declarations.reason(for: finding) {
                allowed.append(Allowed(finding: finding, reason: reason))
            } else {
                findings.append(finding)
                isGood = false
            }
        }
        checks.append(Check(name: name, summary: summary, outcome: isGood ? .passed : .failed, detail: detail))
    }

    /// Adds a check that was not made.
    mutating func skip(_ name: String, _ summary: String, why: String) {
        checks.append(Check(name: name, summary: summary, outcome: .skipped, detail: why))
    }

    /// Notes which of the allowances nothing needed; after the last check.
    mutating func noteUnused(of declarations: AuditDeclarations) {
        unusedAllowances = declarations.allowances.filter { allowance in
            !allowed.contains { allowance.allows($0.finding) }
        }
    }

    /// Whether somebody could list what the system on the disk holds; without that, most checks were not made.
    package var sawSystem: Bool { checks.first?.outcome != .skipped }

    /// Whether nothing was found that must not be there.
    package var isGood: Bool { findings.isEmpty }

    /// The report as it is published: sorted, over several lines.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// The lines of a finding, for people.
    package static func lines(of finding: AuditFinding) -> [String] {
        let print = finding.fingerprint.map { " (\($0))" } ?? ""
        return [
            "\(finding.kind): \(finding.title)\(print), in \(finding.location)", "    \(finding.advice)",
        ].map { TerminalText.plain($0) }
    }
}
