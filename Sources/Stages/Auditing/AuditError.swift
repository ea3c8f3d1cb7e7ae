package import DiskAudit
internal import Pipeline

/// A disk that carries what no image should.
package struct AuditError: DiagnosedError, CustomStringConvertible {
    /// The most findings that are told in full; the report has all.
    private static let shown = 20

    /// What was found.
    package let findings: [AuditFinding]

    package var causeName: String { "audit-findings" }

    package var evidence: [String] { findings.prefix(Self.shown).map { AuditReport.lines(of: $0)[0] } }

    package var advice: String {
        "do what is said at each finding; 'audit.json' among the run's logs has them all, and what may stay is allowed with "
            + "its reason under 'audit:' in the template"
    }

    package var description: String {
        let lines = findings.prefix(Self.shown).flatMap { AuditReport.lines(of: $0) }
        let more = findings.count > Self.shown ? ["and \(findings.count - Self.shown) more"] : []
        return
            (["the sealed disk carries \(findings.count) things that no image should"]
            + (lines + more).map { "  > \($0)" })
            .joined(separator: "\n")
    }
}
