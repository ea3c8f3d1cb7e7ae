/// The part of a seal that is done while the system still runs: one script, since starting each operation by itself
/// would take longer than the operations.
struct RunningSeal {
    private static let mark = "imagefactory-seal:"

    /// The script; it says which operation begins, and stops at the first that fails.
    let script: String

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

    /// The names of the operations that a piece of output says have begun.
    func begun(in output: ArraySlice<UInt8>) -> [String] {
        words("begin", in: String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
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
