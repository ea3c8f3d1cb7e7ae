/// A machine that failed, with what shows it.
package struct MachineFailure: Error, CustomStringConvertible {
    /// The cause's name.
    package let cause: FailureCause
    /// The lines that show it, the most telling first.
    package let evidence: [String]

    /// A failure with its evidence.
    package init(_ cause: FailureCause, evidence: [String] = []) {
        self.cause = cause
        self.evidence = evidence
    }

    package var description: String {
        var lines = ["\(cause.summary) [\(cause.rawValue)]"]
        lines += evidence.prefix(5).map { "  > \($0)" }
        lines.append("next: \(cause.nextStep)")
        return lines.joined(separator: "\n")
    }
}
