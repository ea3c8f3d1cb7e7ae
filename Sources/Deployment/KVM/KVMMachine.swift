internal import Foundation
internal import FoundationXML
internal import HostSystem
package import Libvirt

/// A deployed machine as libvirt has it now.
package struct KVMMachine: Sendable {
    /// Its domain.
    package let domain: Domain
    /// What its domain says that it is.
    package let record: MachineRecord
    /// Whether it runs.
    package let isRunning: Bool
    /// How its definition differs from its record.
    package let drift: [String]

    /// What a rollout sees of it: a machine that somebody changed is of no edition that is wanted.
    package var view: FleetMachine {
        let condition: FleetMachine.Condition =
            switch (record.state, isRunning) {
            case (.incomplete, _): .incomplete
            case (_, false): .stopped
            case (.ready, true): .running
            case (.healthy, true): .healthy
            }
        let edition = record.edition.fingerprint
        return FleetMachine(
            number: record.number,
            edition: drift.isEmpty ? edition : Digest.of("changed by hand: \(edition.hex)"), condition: condition)
    }

    /// The machine of a domain; nil for a domain that is not ours, or that is gone by now.
    static func read(_ domain: Domain) async throws -> KVMMachine? {
        guard let text = try await domain.metadata(namespace: MachineRecord.namespace),
            let record = XMLElement.parse(text).flatMap(MachineRecord.init), record.name == domain.name
        else { return nil }
        do {
            let definition = XMLElement.parse(try await domain.definition())
            return KVMMachine(
                domain: domain, record: record, isRunning: try await domain.isActive(),
                drift: definition.map { MachineDrift.differences(of: $0, from: record) } ?? [])
        } catch let error as LibvirtError where error.code == .noDomain {
            return nil
        }
    }
}
