internal import Machines

/// The part of a seal that is done while the system still runs.
struct RunningSeal {
    /// The script, which does all operations also when one fails, and then ends with 1.
    let script: String
    /// What it told so far.
    private(set) var telling = SealTelling()
    private var lines = OutputLines(limit: 4096)
    private let operations: [SealOperation]

    init(_ operations: [SealOperation], account: SealedAccount) {
        let program = SealScript(operations, in: .guest, account: account)
        self.operations = operations.filter { $0.moment == .running && $0.applies(to: .guest) }
        script = [program.preparation, program.datasets, program.calls(at: .running), "end_seal\n"]
            .joined(separator: "\n")
    }

    /// Takes the next piece of the output, which may be cut anywhere.
    ///
    /// - Returns: The names of the operations whose turn has come.
    mutating func begun(in output: some Sequence<UInt8>) -> [String] {
        lines.add(output).compactMap { telling.read($0) }
    }

    /// Makes sure that all operations of a running system came to their end.
    func confirm(output: [String]) throws(SealError) {
        try telling.confirm(operations, output: output)
        guard telling.isDone else { throw SealError(operation: "running", output: output) }
    }
}
