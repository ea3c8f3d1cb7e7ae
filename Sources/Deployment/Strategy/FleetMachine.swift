package import HostSystem

/// A machine of a fleet, as far as a rollout cares.
package struct FleetMachine: Sendable, Hashable {
    /// What is known of it.
    package enum Condition: String, Sendable, Hashable {
        /// Its making was not finished, or its removal was begun: it is of no use.
        case incomplete
        /// It is whole and off.
        case stopped
        /// It runs, and has not passed its gates yet.
        case running
        /// It runs, and has passed its gates.
        case healthy
    }

    /// Its number in the fleet, from 1.
    package var number: Int
    /// The fingerprint of what it is.
    package var edition: Digest
    /// What is known of it.
    package var condition: Condition

    /// A machine.
    package init(number: Int, edition: Digest, condition: Condition) {
        self.number = number
        self.edition = edition
        self.condition = condition
    }
}
