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

    /// The machine of a domain; nil for a domain that is not ours.
    init?(_ defined: DefinedDomain) {
        guard let definition = XMLElement.parse(defined.xml),
            let record = definition.first("metadata")?.record, record.name == defined.domain.name
        else { return nil }
        domain = defined.domain
        self.record = record
        isRunning = defined.isRunning
        drift = MachineDrift.differences(of: definition, from: record)
    }
}

extension XMLElement {
    /// What a domain's metadata says that it is; others' elements beside ours are passed over.
    fileprivate var record: MachineRecord? {
        (children ?? []).lazy.compactMap { $0 as? XMLElement }
            .first { $0.localName == MachineRecord.elementName && $0.uri == MachineRecord.namespace }
            .flatMap(MachineRecord.init)
    }
}
