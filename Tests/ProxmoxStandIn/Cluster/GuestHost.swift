package import SystemPackage

/// Boots machines for real, so that their agents answer for themselves.
package protocol GuestHost: Sendable {
    /// Boots a machine from a disk.
    ///
    /// - Parameter disk: What its disk was imported from; it must not be written to.
    func boot(_ machine: MachineState, disk: FilePath) async throws -> any GuestSession
}

/// A guest that runs.
package protocol GuestSession: Sendable {
    /// Whether its agent answers.
    func isAgentReady() async -> Bool
    /// What its agent says of its network, as `guest-network-get-interfaces` has it.
    func interfaces() async throws -> JSON
    /// Runs a command in it to its end.
    func run(_ command: [String]) async throws -> GuestModel.CommandResult
    /// Ends it.
    func stop() async
}
