/// What an operation of the seal is there for, planted on purpose.
package struct SealTrace: Sendable {
    /// The operation that must remove it.
    package let operation: String
    /// Whether it needs programs in the place of the system's, so that it is planted in a chroot alone.
    package let isForChroot: Bool
    /// Shell that plants it.
    let plant: String
    /// Shell that prints something while it is there.
    let left: String
    /// Shell commands that succeed once it was removed: what the operation makes, and what it must leave alone.
    let holds: [String]

    init(_ operation: String, isForChroot: Bool = false, plant: String, left: String, holds: [String] = []) {
        self.operation = operation
        self.isForChroot = isForChroot
        self.plant = plant
        self.left = left
        self.holds = holds
    }

    /// A trace for each operation there is.
    package static let all =
        identity + access + network + nodes + storage + boot + traces + packages + membership

    private static let path = "export PATH=/usr/local/sbin:/usr/sbin:/usr/bin\n"

    /// A script that plants `traces`.
    package static func planting(_ traces: [SealTrace]) -> String {
        path + traces.map { "(\nset -e\n\($0.plant)\n) || exit 1\n" }.joined()
    }

    /// A script that prints a line for each of `traces` that is left: `left OPERATION`, and one for each thing that does not
    /// hold: `broken OPERATION COMMAND`.
    package static func looking(for traces: [SealTrace]) -> String {
        path
            + traces.map { trace in
                let holds = trace.holds.map { command in
                    """
                    { \(command); } >/dev/null 2>&1 || cat <<'END'
                    broken \(trace.operation) \(command)
                    END

                    """
                }
                return """
                    left=$({
                    \(trace.left)
                    } 2>/dev/null)
                    [ -z "$left" ] || echo "left \(trace.operation)"
                    \(holds.joined())
                    """
            }.joined()
    }
}
