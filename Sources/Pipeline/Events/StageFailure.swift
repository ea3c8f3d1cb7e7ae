/// Why a stage failed, as events and history tell it.
package struct StageFailure: Sendable, Equatable {
    /// The whole story, for people; it may have several lines.
    package let message: String
    /// The cause's name, where it is known: `no-seed`.
    package let cause: String?
    /// The lines that show the cause, the most telling first.
    package let evidence: [String]
    /// What to do, where the cause is known.
    package let advice: String?

    /// A failure.
    package init(message: String, cause: String? = nil, evidence: [String] = [], advice: String? = nil) {
        self.message = message
        self.cause = cause
        self.evidence = evidence
        self.advice = advice
    }

    /// The failure that an error means.
    init(_ error: any Error) {
        let diagnosis = error as? any DiagnosedError
        self.init(
            message: "\(error)", cause: diagnosis?.causeName, evidence: diagnosis?.evidence ?? [],
            advice: diagnosis?.advice)
    }
}
