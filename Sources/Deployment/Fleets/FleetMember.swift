package import HostSystem

/// A machine of a fleet, for people and for programs.
package struct FleetMember: Sendable, Hashable, Encodable {
    /// The domain's name.
    package let name: String
    /// The fleet.
    package let fleet: String
    /// The template of its image.
    package let template: String
    /// The version of its image.
    package let version: String
    /// The digest of its image.
    package let image: Digest
    /// Which of the fleet's editions it is of.
    package let generation: Int
    /// How it is: `healthy`, `running`, `stopped`, `incomplete`.
    package let state: String
    /// Its address; nil where none is known.
    package let address: String?
    /// How its definition differs from what was deployed.
    package let drift: [String]

    /// A machine as it is.
    package init(_ machine: KVMMachine, address: String?) {
        let record = machine.record
        name = record.name
        fleet = record.fleet
        template = record.edition.image.template
        version = record.edition.image.version
        image = record.edition.image.sha256
        generation = record.generation
        state = machine.view.condition.rawValue
        self.address = address
        drift = machine.drift
    }

    /// A machine on a cluster as it is.
    package init(_ machine: ProxmoxFleetMachine, address: String?) {
        let record = machine.record
        name = machine.member.name
        fleet = machine.member.fleet
        template = record.release.template
        version = record.release.version
        image = record.release.image
        generation = machine.member.series
        state = machine.view.condition.rawValue
        self.address = address
        drift = machine.drift
    }
}
