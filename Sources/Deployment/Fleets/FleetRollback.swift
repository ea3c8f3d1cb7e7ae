package import HostSystem

/// What a fleet goes back to.
package struct FleetRollback: Sendable {
    /// The edition that is gone back from: the newest machines', or that of a rollback that was broken off.
    package let edition: MachineEdition
    /// The release before, as the fleet itself remembers it; nil where it does not.
    package let previous: PreviousRelease?
    /// How many machines there are.
    package let present: Int
    /// How many machines the fleet is to have; nil where it is half-way between releases, and they do not tell.
    package let count: Int?
    /// What the machines of that edition were told at their first boot.
    package let seed: CloudSeed

    /// Looks at a fleet; nil where there is none.
    ///
    /// - Throws: ``KVMHostError`` when the seed of that edition is gone.
    package init?(of fleet: String, on host: KVMHost) async throws {
        let machines = try await host.machines(of: fleet)
        let traces = machines.map { FleetTrace($0.record, drift: $0.drift) }
        guard let origin = FleetTrace.origin(of: traces).map({ machines[$0] }) else { return nil }
        guard let seed = try await Self.seed(like: origin, among: machines, on: host) else {
            throw KVMHostError.noSeed(fleet)
        }
        edition = origin.record.edition
        previous = origin.record.previous
        present = machines.count
        count = FleetTrace.settledCount(of: traces)
        self.seed = seed
    }

    /// What a machine was told; where its own seed went, as its removal was broken off, another machine has the same.
    private static func seed(
        like machine: KVMMachine, among machines: [KVMMachine], on host: KVMHost
    ) async throws -> CloudSeed? {
        let record = machine.record
        let others = machines.filter {
            $0.record.edition.seed == record.edition.seed && $0.record.state != .incomplete
        }
        for candidate in [machine] + others {
            if let seed = try await host.seed(of: candidate) { return seed }
        }
        return nil
    }

    /// The release to go back to: a version that somebody names, or the one before; nil where that is not known.
    package func target(_ version: String?) -> RollbackTarget? {
        RollbackTarget(version, of: edition.image.template, before: previous)
    }

    /// Whether an image is that of the release before.
    ///
    /// - Throws: ``FleetRollbackError`` when it is not: a version was made anew with other bytes.
    package func check(_ image: DeployedImage) throws(FleetRollbackError) {
        guard let previous, image.template == previous.template, image.version == previous.version,
            image.release != previous.release
        else { return }
        throw .otherRelease(previous, found: image.release)
    }
}

/// Why a fleet does not go back.
package enum FleetRollbackError: Error, CustomStringConvertible {
    /// It does not remember any other release.
    case nothingBefore(String)
    /// The release of that version is not the one that it ran.
    case otherRelease(PreviousRelease, found: Digest)
    /// So many machines are there, of more than one release or not all complete, and nobody says how many are wanted.
    case halfWay(String, machines: Int)

    package var description: String {
        switch self {
        case .nothingBefore(let fleet):
            "\(fleet) does not remember what it ran before; name it with --to VERSION"
        case .otherRelease(let previous, let found):
            "\(previous.template) \(previous.version) is \(found.short) now, and was \(previous.release.short) when the fleet "
                + "ran it; name a version with --to VERSION"
        case .halfWay(let fleet, let machines):
            "\(fleet) is half-way between releases, and has \(machines) machines now, which may not be as many as are "
                + "wanted; say how many with --count"
        }
    }
}
