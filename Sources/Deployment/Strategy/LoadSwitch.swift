internal import HostSystem

/// Tells a program of this host which machines of a fleet have the load now.
///
/// It may be run more than once for the same set.
struct LoadSwitch: Sendable {
    /// A machine that has the load.
    struct Target: Sendable {
        let name: String
        /// Its address; nil where none is known.
        let address: String?
    }

    /// The program.
    let command: String
    /// The fleet.
    let fleet: String

    private static let deadline: Duration = .seconds(300)

    /// Runs the program.
    func run(to targets: [Target]) async throws {
        try await Program.run(
            command,
            environment: [
                "FLEET": fleet, "MACHINE_NAMES": targets.map(\.name).joined(separator: " "),
                "MACHINE_ADDRESSES": targets.map { $0.address ?? "" }.joined(separator: " "),
            ],
            deadline: Self.deadline)
    }
}
