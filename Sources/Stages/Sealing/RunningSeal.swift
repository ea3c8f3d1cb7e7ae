internal import Machines

/// The part of a seal that is done while the system still runs: one script, since starting each operation by itself
/// would take longer than the operations.
struct RunningSeal {
    private static let mark = "imagefactory-seal:"

    /// The script; it says which operation begins, and stops at the first that fails.
    let script: String
    private var lines = OutputLines(limit: 4096)

    init(_ operations: [SealOperation], account: SealedAccount) {
        let calls = operations.filter { $0.moment == .running }.map { operation in
            """
            echo "\(Self.mark) begin \(operation.name)"
            (
            \(operation.script)
            )
            [ $? = 0 ] || { echo "\(Self.mark) failed \(operation.name)"; exit 1; }
            """
        }
        script = "set -u\n\(account.variables)\(calls.joined(separator: "\n"))\n"
    }

    /// Takes the next piece of the output, which may be cut anywhere.
    ///
    /// - Returns: The names of the operations that it says have begun.
    mutating func begun(in output: some Sequence<UInt8>) -> [String] {
        words("begin", in: lines.add(output))
    }

    /// The operation that failed.
    func failed(in lines: [String]) -> String? {
        words("failed", in: lines).last
    }

    private func words(_ verb: String, in lines: [String]) -> [String] {
        lines.compactMap { line in
            let prefix = "\(Self.mark) \(verb) "
            return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : nil
        }
    }
}
