/// What a ledger holds, and what is wrong with it.
package struct LedgerReading: Sendable {
    /// The series with their good tags, by name. A channel whose chain cannot be trusted is not in them.
    package let series: [SeriesLedger]
    /// What must not be, in the order of the tags' names.
    package let problems: [LedgerProblem]
    /// Who may sign; where nobody is named, nobody vouches for what is here.
    package let signers: SignerFiles

    /// A reading.
    package init(series: [SeriesLedger], problems: [LedgerProblem], signers: SignerFiles) {
        self.series = series
        self.problems = problems
        self.signers = signers
    }

    /// Whether there are tags, and nobody is named who may sign them.
    package var isUnsigned: Bool { !signers.areSignaturesRequired && !series.isEmpty }

    /// The ledger of a series; nil for one without a good tag.
    package subscript(series: String) -> SeriesLedger? {
        self.series.first { $0.series == series }
    }

    /// The problems for which a chain cannot be used; promotion into it must wait until they are gone.
    package func problems(of chain: LedgerChain) -> [LedgerProblem] {
        problems.filter { $0.chain == chain }
    }
}
