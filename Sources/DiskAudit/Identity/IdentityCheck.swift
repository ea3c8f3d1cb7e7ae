internal import Attestation

/// One thing that makes a system this one system, and that no image may carry.
///
/// The checks know nothing of how a seal works: they are a second look.
struct IdentityCheck: Sendable {
    /// A part of a system that is still there.
    struct Trace {
        let path: String
        /// What it is.
        let title: String
    }

    /// Its name, which is also the kind of what it finds: `ssh-host-keys`.
    let name: String
    /// What must hold, as a line for people.
    let summary: String
    /// What to do where it does not.
    let advice: String
    /// What is still there.
    let traces: @Sendable (AuditedSystem, AuditDeclarations) -> [Trace]

    /// A check that looks by itself.
    init(
        _ name: String, _ summary: String, advice: String,
        traces: @escaping @Sendable (AuditedSystem, AuditDeclarations) -> [Trace]
    ) {
        self.name = name
        self.summary = summary
        self.advice = advice
        self.traces = traces
    }

    /// A check that no file with something in it matches one of `patterns`.
    init(_ name: String, _ summary: String, advice: String, noFile patterns: [String], is title: String) {
        self.init(name, summary, advice: advice) { system, _ in
            system.filledFiles(patterns).map { Trace(path: $0.path, title: title) }
        }
    }

    /// All checks.
    static let all = machine + network + storage + access + traces + enrolment

    /// What it finds in `system`.
    func findings(in system: AuditedSystem, _ declarations: AuditDeclarations) -> [AuditFinding] {
        traces(system, declarations).map { AuditFinding(check: name, title: $0.title, path: $0.path, advice: advice) }
    }

    static let sealAdvice = "keep the seal's operations for it, and look at what comes after the seal"
}
