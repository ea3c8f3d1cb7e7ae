/// A machine that failed, with what shows it.
package struct MachineFailure: Error, CustomStringConvertible {
    /// The most lines of evidence that are kept.
    static let evidenceLimit = 5

    /// The cause's name.
    package let cause: FailureCause
    /// The lines that show it, the most telling first: a handful at most, each of bounded length, without control
    /// characters and repetitions.
    package let evidence: [String]

    /// A failure with its evidence.
    package init(_ cause: FailureCause, evidence: [String] = []) {
        self.cause = cause
        var lines: [String] = []
        for line in evidence.lazy.map(EvidenceLine.clean) where !line.isEmpty && !lines.contains(line) {
            lines.append(line)
            guard lines.count < Self.evidenceLimit else { break }
        }
        self.evidence = lines
    }

    /// The same failure with the newest of `lines` behind what it has, as many as there is room for.
    package func adding(lines: [String]) -> MachineFailure {
        let new = lines.map(EvidenceLine.clean).filter { !$0.isEmpty && !evidence.contains($0) }
        return MachineFailure(cause, evidence: evidence + new.suffix(Self.evidenceLimit - evidence.count))
    }

    package var description: String {
        let lines = ["\(cause.summary) [\(cause.rawValue)]"] + evidence.map { "  > \($0)" }
        return (lines + ["next: \(cause.nextStep)"]).joined(separator: "\n")
    }
}
