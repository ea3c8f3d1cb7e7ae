package import HostSystem

/// What a fleet goes back to.
package struct FleetRollback: Sendable {
    /// The newest machines' edition, which is gone back from.
    package let edition: MachineEdition
    /// The release before, as the fleet itself remembers it; nil where it does not.
    package let previous: PreviousRelease?
    /// How many machines there are.
    package let count: Int
    /// What the newest machine was told at its first boot.
    package let seed: CloudSeed

    /// Looks at a fleet; nil where there is none.
    ///
    /// - Throws: ``KVMHostError`` when the seed of the newest machine is gone.
    package init?(of fleet: String, on host: KVMHost) async throws {
        let machines = try await host.machines(of: fleet)
        let whole = machines.filter { $0.record.state != .incomplete && $0.drift.isEmpty }
        guard let newest = (whole.isEmpty ? machines : whole).max(by: { $0.record.generation < $1.record.generation })
        else { return nil }
        guard let seed = try await host.seed(of: newest) else { throw KVMHostError.noSeed(fleet) }
        edition = newest.record.edition
        previous = newest.record.previous
        count = machines.count
        self.seed = seed
    }

    /// Whether an image is that of the release before.
    ///
    /// - Throws: ``FleetRollbackError`` when it is not: a version was made anew with other bytes.
    package func check(_ image: DeployedImage) throws(FleetRollbackError) {
        guard let previous, image.version == previous.version, image.release != previous.release else { return }
        throw .otherRelease(previous, found: image.release)
    }
}

/// Why a fleet does not go back.
package enum FleetRollbackError: Error, CustomStringConvertible {
    /// It does not remember any other release.
    case nothingBefore(String)
    /// The release of that version is not the one that it ran.
    case otherRelease(PreviousRelease, found: Digest)

    package var description: String {
        switch self {
        case .nothingBefore(let fleet):
            "\(fleet) does not remember what it ran before; name it with --to VERSION"
        case .otherRelease(let previous, let found):
            "\(previous.template) \(previous.version) is \(found.short) now, and was \(previous.release.short) when the fleet "
                + "ran it; name a version with --to VERSION"
        }
    }
}
