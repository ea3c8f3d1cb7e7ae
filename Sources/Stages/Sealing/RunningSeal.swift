internal import Machines

/// The part of a seal that is done while the system still runs: one script, since starting each operation by itself
/// would take longer than the operations.
///
/// They run side by side, since none looks at what another one changes, and some wait for slow programs. What they print
/// comes in their order.
struct RunningSeal {
    private static let mark = "imagefactory-seal:"

    /// The script; it says which operation it waits for, and stops at the first that fails.
    let script: String
    private var lines = OutputLines(limit: 4096)

    init(_ operations: [SealOperation], account: SealedAccount) {
        let operations = operations.filter { $0.moment == .running }
        let starts = operations.enumerated().map { index, operation in
            """
            (
            \(operation.script)
            ) >"$talk/\(index)" 2>&1 &
            job\(index)=$!
            """
        }
        let waits = operations.enumerated().map { index, operation in
            """
            echo "\(Self.mark) begin \(operation.name)"
            wait "$job\(index)"
            status=$?
            cat "$talk/\(index)"
            [ "$status" = 0 ] || fail \(operation.name)
            """
        }
        script = """
            set -u
            \(account.variables)
            talk=$(mktemp -d) || exit 1
            fail() {
                echo "\(Self.mark) failed $1"
                wait
                rm -rf "$talk"
                exit 1
            }
            \((starts + waits).joined(separator: "\n"))
            rm -rf "$talk"

            """
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
