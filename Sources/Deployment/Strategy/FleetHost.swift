package import HostSystem

/// Where the machines of one fleet run, as a rollout drives it.
package protocol FleetHost: Sendable {
    /// What each machine of a fleet is: its image, its size, its seed.
    associatedtype Edition: Sendable

    /// The fleet's machines as they are now; nobody else's.
    func machines() async throws -> [FleetMachine]
    /// The fingerprint that ``machines()`` shows for machines of an edition.
    func fingerprint(of edition: Edition) -> Digest
    /// Makes a machine under a free number, and starts it. Whatever is there when it fails shows as incomplete.
    func create(_ number: Int, as edition: Edition) async throws
    /// Starts a machine.
    func start(_ number: Int) async throws
    /// Waits until a machine passes its gates, and remembers that it did.
    func judge(_ number: Int) async throws -> HealthOutcome
    /// Removes a machine with all that was made for it.
    func remove(_ number: Int) async throws
    /// Tells whoever sends the load which machines have it now.
    func switchOver(to numbers: [Int]) async throws
}
