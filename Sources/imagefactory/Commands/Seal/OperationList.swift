internal import HostSystem
internal import Stages

/// The seal's operations, as they are shown to people and programs.
struct OperationList {
    private let operations: [SealOperation]

    init(_ operations: [SealOperation]) {
        self.operations = operations
    }

    /// Prints a line for each.
    func print(as format: OutputFormat) throws {
        guard format == .text else { return try Talk.result(json: operations) }
        for line in TextTable.lines(operations.map { [$0.name, $0.profileName, $0.summary] }) { Talk.result(line) }
    }

    /// Prints for each what it removes, why, and how.
    func explain(as format: OutputFormat) throws {
        guard format == .text else { return try Talk.result(json: operations) }
        Talk.result(operations.map(\.explanation).joined(separator: "\n\n"))
    }
}

extension SealOperation {
    /// The smallest profile that has it.
    fileprivate var profileName: String { profile?.rawValue ?? "(add)" }

    fileprivate var explanation: String {
        let time =
            switch moment {
            case .running: "while the system runs"
            case .shutdown: "at the end of the shutdown"
            }
        let place =
            switch self.place {
            case .anywhere: ""
            case .guest: ", in a guest alone"
            case .disk: ", on a disk alone"
            }
        return
            ([
                name, "  removes: \(summary)", "  because: \(reason)",
                "  profile: \(profile?.rawValue ?? "none; only where a template adds it")",
                "  done:    \(time)\(place)",
                "  commands:",
            ] + script.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" })
            .joined(separator: "\n")
    }
}
