internal import Foundation

/// A change to a machine's configuration that has been found good.
struct MachineChange: Sendable {
    let vmid: Int
    let node: String
    /// Options with their new values.
    var options: [String: String] = [:]
    /// Drives as they were asked for.
    var drives: [String: Drive] = [:]
    /// Options to take away.
    var deleted: [String] = []
}

extension Cluster {
    /// The change that a call asks for, to a machine that is there.
    func change(_ call: Call) throws(APIError) -> MachineChange {
        let machine = try unlockedMachine(call)
        if let digest = call.text("digest"), digest != machine.digest {
            throw .died("detected modified configuration - file changed by other user? Try again.")
        }
        let entries = call.exchange.parameters.filter { !Self.notOptions.contains($0.key) }
        let deleted = (call.text("delete") ?? "").split { ",; ".contains($0) }.map(String.init)
        return try checkedChange(vmid: machine.vmid, node: machine.node, entries, deleted: deleted, call)
    }

    /// Checks the options of a call, and that its account may set them.
    func checkedChange(
        vmid: Int, node: String, _ entries: [String: JSON], deleted: [String], _ call: Call
    ) throws(APIError) -> MachineChange {
        var change = MachineChange(vmid: vmid, node: node, deleted: deleted)
        if call.flag("skiplock") { throw .violating(.right, 403, "Only root may use this option.") }
        for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
            guard let text = value.text else { throw .parameter(name, "type check failed") }
            try requireRight(toSet: name, text, vmid: vmid, call)
            if Drive.isName(name) {
                let drive = Drive(text)
                try check(drive, name, on: node, call)
                change.drives[name] = drive
            } else {
                change.options[name] = Self.stored(name, text)
            }
        }
        for name in deleted { try requireRight(toSet: name, "", vmid: vmid, call) }
        let media = change.drives.values.filter { $0.volume.hasSuffix(":cloudinit") }
        let isTaken = machines[vmid]?.drives.contains { entry in
            entry.value.volume.contains("cloudinit") && change.drives[entry.key] == nil && !deleted.contains(entry.key)
        }
        if media.count > 1 || (media.count == 1 && isTaken == true) {
            throw .died("cloud-init drive is already attached")
        }
        try requireBridges(change.options, call)
        return change
    }

    /// Makes a change take effect.
    func apply(_ change: MachineChange) throws(APIError) {
        guard var machine = machines[change.vmid] else { throw .died("VM \(change.vmid) does not exist") }
        if machine.isTemplate, !change.drives.isEmpty { throw .died("you can't change the disks of a template") }
        for name in change.deleted {
            if let drive = machine.drives[name], let volume = volume(drive.volume, on: machine.node) {
                volumes[VolumeKey(id: volume.id, node: volume.node)] = nil
            }
            machine.config[name] = nil
        }
        machine.config.merge(change.options) { $1 }
        for (name, drive) in change.drives.sorted(by: { $0.key < $1.key }) {
            machine.config[name] = try allocate(drive, name, for: machine).description
        }
        machines[change.vmid] = machine
    }

    /// Every option belongs to a privilege; what belongs to none is root's.
    private func requireRight(
        toSet name: String, _ value: String, vmid: Int, _ call: Call
    ) throws(APIError) {
        let path = "/vms/\(vmid)"
        let access = access(of: call.account)
        let pool = call.text("pool").map { "/pool/\($0)" }
        guard let privileges = OptionRights.privileges(for: name, value) else {
            throw .violating(.right, 500, "only root can set '\(name)' config")
        }
        let has =
            access.has(privileges, at: path, any: true)
            || pool.map { access.has(privileges, at: $0, any: true) } == true
        guard has else { throw .forbidden(path, privileges) }
    }

    /// Refuses network cards on bridges that are not there or not the account's to use.
    func requireBridges(_ options: [String: String], _ call: Call) throws(APIError) {
        for (name, value) in options where name.wholeMatch(of: /net[0-9]+/) != nil {
            guard let bridge = NetworkCard(value).bridge else { continue }
            let card = NetworkCard(value)
            let zone = "/sdn/zones/\(model.zones[bridge] ?? "localnetwork")/\(bridge)"
            let paths = [zone] + (card.vlan.map { ["\(zone)/\($0)"] } ?? [])
            let access = access(of: call.account)
            guard paths.contains(where: { access.has(["SDN.Use"], at: $0) }) else {
                throw .forbidden(zone, ["SDN.Use"])
            }
        }
    }

    private static func stored(_ name: String, _ text: String) -> String {
        switch name {
        case "tags":
            Set(text.lowercased().split { ",; ".contains($0) }.map(String.init)).sorted().joined(separator: ";")
        case _ where name.wholeMatch(of: /net[0-9]+/) != nil: NetworkCard(text).withAddress
        case "description": text
        default: ["on", "yes", "true"].contains(text.lowercased()) ? "1" : text
        }
    }
}

/// What each option of a machine takes to set it.
enum OptionRights {
    /// The privileges of which one is enough; nil for an option of root's.
    static func privileges(for name: String, _ value: String) -> [String]? {
        if Drive.isName(name) || name == "cdrom" {
            let drive = Drive(value)
            return drive.options["media"] == "cdrom" ? ["VM.Config.CDROM"] : ["VM.Config.Disk"]
        }
        if name.wholeMatch(of: /net[0-9]+/) != nil { return ["VM.Config.Network"] }
        if name.wholeMatch(of: /ipconfig[0-9]+/) != nil { return ["VM.Config.Cloudinit", "VM.Config.Network"] }
        if name.wholeMatch(of: /serial[0-9]+/) != nil {
            return value == "socket" || value.isEmpty ? ["VM.Config.HWType"] : nil
        }
        if name.wholeMatch(of: /unused[0-9]+/) != nil { return ["VM.Config.Disk"] }
        if name.wholeMatch(of: /numa[0-9]+/) != nil { return ["VM.Config.CPU"] }
        return classes.first { $0.names.contains(name) }?.privileges
    }

    private static let classes: [(privileges: [String], names: Set<String>)] = [
        (["VM.Config.CPU"], ["cores", "cpu", "cpulimit", "cpuunits", "numa", "smp", "sockets", "vcpus", "affinity"]),
        (["VM.Config.Memory"], ["memory", "balloon", "shares"]),
        (
            ["VM.Config.HWType"],
            ["acpi", "hotplug", "kvm", "machine", "scsihw", "smbios1", "tablet", "vga", "watchdog", "audio0", "rng0"]
        ),
        (
            ["VM.Config.Options"],
            [
                "agent", "autostart", "bios", "description", "keyboard", "localtime", "migrate_downtime",
                "migrate_speed", "name", "onboot", "ostype", "protection", "reboot", "startdate", "startup", "tdf",
                "template", "tags", "vmgenid",
            ]
        ),
        (["VM.Config.Disk"], ["boot", "bootdisk", "vmstatestorage"]),
        (
            ["VM.Config.Cloudinit", "VM.Config.Network"],
            ["cicustom", "cipassword", "citype", "ciuser", "ciupgrade", "nameserver", "searchdomain", "sshkeys"]
        ),
        (["VM.PowerMgmt"], ["freeze"]),
    ]
}

/// A network card, as a configuration writes it: `virtio=BC:24:11:00:00:01,bridge=vmbr0`.
struct NetworkCard: Sendable {
    private let model: String
    private let address: String?
    private let options: [String: String]

    init(_ text: String) {
        var parts = text.split(separator: ",").map(String.init)
        let first = parts.isEmpty ? "virtio" : parts.removeFirst()
        let pair = first.split(separator: "=", maxSplits: 1).map(String.init)
        var options = parts.reduce(into: [String: String]()) { result, part in
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { result[pair[0]] = pair[1] }
        }
        model = pair[0] == "model" && pair.count == 2 ? pair[1] : pair[0]
        address = options.removeValue(forKey: "macaddr") ?? (pair.count == 2 && pair[0] != "model" ? pair[1] : nil)
        self.options = options
    }

    var bridge: String? { options["bridge"] }
    var vlan: String? { options["tag"] }
    /// The text with an address in it.
    var withAddress: String { text(address ?? Self.newAddress()) }
    /// The text with another address in it.
    var withNewAddress: String { text(Self.newAddress()) }

    private func text(_ address: String) -> String {
        (["\(model)=\(address)"] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
            .joined(separator: ",")
    }

    private static func newAddress() -> String {
        "BC:24:11:" + (0..<3).map { _ in String(format: "%02X", UInt8.random(in: 0 ... .max)) }.joined(separator: ":")
    }
}

/// Sizes as configurations write them: `8G`.
enum DiskSize {
    private static let units: [(letter: Character, factor: Int)] = [
        ("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
    ]

    static func bytes(_ text: String) -> Int? {
        guard let last = text.last else { return nil }
        if let unit = units.first(where: { $0.letter == last }) {
            return Double(text.dropLast()).map { Int($0 * Double(unit.factor)) }
        }
        return Int(text)
    }

    static func text(_ bytes: Int) -> String {
        units.first { bytes >= $0.factor && bytes % $0.factor == 0 }.map { "\(bytes / $0.factor)\($0.letter)" }
            ?? String(bytes)
    }
}

extension Cluster {
    static func uuid() -> String { UUID().uuidString.lowercased() }
}
