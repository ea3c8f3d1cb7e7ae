internal import Foundation
internal import HostSystem

/// A machine of a fleet as its cluster has it now.
package struct ProxmoxFleetMachine: Sendable {
    /// Where it is.
    package let place: MachinePlace
    /// What it says of itself.
    let record: ProxmoxRecord
    /// What it says of its place in its fleet.
    let member: FleetPlace
    /// What it is, by its settings.
    package let edition: ProxmoxEdition
    /// The storage of its disk.
    let storage: String
    /// The bridge that it is connected to.
    let bridge: String
    /// Whether it runs.
    package let isRunning: Bool
    /// How its settings differ from what it says of itself: somebody changed them.
    package let drift: [String]

    /// The fleet.
    package var fleet: String { member.fleet }
    /// Its name.
    package var name: String { member.name }

    /// What a rollout sees of it: a machine that somebody changed is of no edition that is wanted.
    package var view: FleetMachine {
        let condition: FleetMachine.Condition =
            switch (member.state, isRunning) {
            case (.incomplete, _): .incomplete
            case (_, false): .stopped
            case (.ready, true): .running
            case (.healthy, true): .healthy
            }
        return FleetMachine(
            number: member.number,
            edition: drift.isEmpty ? member.edition : Digest.of("changed by hand: \(member.edition.hex)"),
            condition: condition)
    }

    /// The machine of some settings; nil for one of no fleet.
    init?(_ place: MachinePlace, _ config: MachineConfig, isRunning: Bool) {
        guard let record = ProxmoxRecord(config.description, of: place.vmid), record.role == .machine,
            let member = record.member
        else { return nil }
        self.place = place
        self.record = record
        self.member = member
        self.isRunning = isRunning
        storage = config.storage ?? ""
        bridge = config.bridge ?? ""
        edition = ProxmoxEdition(
            release: record.release, settings: record.settings, shape: CloneShape(config, of: member))
        drift = member.state == .incomplete ? [] : Self.drift(config, record, member, edition)
    }

    private static func drift(
        _ config: MachineConfig, _ record: ProxmoxRecord, _ member: FleetPlace, _ edition: ProxmoxEdition
    ) -> [String] {
        var found: [String] = []
        if config.name != member.name { found.append("its name is \(config.name ?? "missing") and not \(member.name)") }
        if edition.fingerprint != member.edition { found.append("its cloud-init settings were changed") }
        if !member.isFull, config.settingsDigest != record.settings { found.append("its hardware was changed") }
        return found
    }
}

extension CloneShape {
    /// The shape of a machine by its settings.
    fileprivate init(_ config: MachineConfig, of member: FleetPlace) {
        self.init()
        disk = member.disk
        isFull = member.isFull
        user = config["ciuser"]
        // The cluster shows asterisks in its place.
        password = config["cipassword"].map { _ in .hidden }
        keys = (config["sshkeys"] ?? "").removingPercentEncoding?.split(separator: "\n").map(String.init) ?? []
        address = config["ipconfig0"] ?? "ip=dhcp"
    }
}

extension MachineConfig {
    /// The storage of the disk.
    fileprivate var storage: String? { self["scsi0"].map { String($0.prefix { $0 != ":" }) } }
    /// The bridge of the network card.
    fileprivate var bridge: String? { self["net0"]?.firstMatch(of: /bridge=([^,]+)/).map { String($0.1) } }

    /// What the settings of a template digest to that has the same hardware; see ``TemplatePlan/settingsDigest``.
    fileprivate var settingsDigest: Digest? {
        guard let storage, let bridge, let cores = self["cores"], let memory = self["memory"].flatMap(Int64.init),
            let cpu = self["cpu"]
        else { return nil }
        return TemplatePlan.settingsDigest(
            storage: storage, bridge: bridge, cores: cores, memory: .mebibytes(memory), cpu: cpu)
    }
}
