internal import HostSystem
internal import SystemPackage

extension Cluster {
    /// Refuses a drive that cannot be made, before anything is done.
    func check(_ drive: Drive, _ name: String, on node: String, _ call: Call) throws(APIError) {
        guard drive.volume != "none", drive.volume != "cdrom" else { return }
        guard let (storageName, rest) = drive.place else { throw .parameter(name, "unable to parse volume ID") }
        let storage = try storage(storageName, on: node)
        if let source = drive.options["import-from"] {
            guard rest == "0" else {
                throw .parameter(
                    name, "'import-from' requires special syntax - use <storage ID>:0,import-from=<source>")
            }
            try checkSource(source, name, on: node, call)
            if name == "efidisk0" {
                for needed in ["efitype", "pre-enrolled-keys"] where drive.options[needed] == nil {
                    throw .parameter(name, "'\(needed)' is required for importing an EFI disk")
                }
            }
        }
        guard drive.options["media"] != "cdrom" || rest == "cloudinit" else { return }
        try require(["Datastore.AllocateSpace"], at: "/storage/\(storageName)", call)
        guard storage.content.contains("images") else {
            throw .died("storage '\(storageName)' does not support content-type 'images'")
        }
        // A name instead of a size is a volume that is there already.
        if rest != "cloudinit", Double(rest) == nil, volume(drive.volume, on: node) == nil {
            throw .died("volume '\(drive.volume)' does not exist")
        }
    }

    private func checkSource(_ id: String, _ name: String, on node: String, _ call: Call) throws(APIError) {
        guard !id.hasPrefix("/") else {
            throw .violating(.right, 403, "Only root can pass arbitrary filesystem paths.")
        }
        guard let volume = volume(id, on: node) else { throw .parameter(name, "volume '\(id)' does not exist") }
        try require(Self.storageReaders, at: "/storage/\(volume.storage)", any: true, call)
        guard ["images", "import"].contains(volume.content) else {
            throw .parameter(name, "'\(id)' has wrong type '\(volume.content)' - needs to be 'images' or 'import'")
        }
        guard volume.format != "ova" || id.hasSuffix(".vmdk") else {
            throw .parameter(name, "'\(id)' is an archive; name a disk in it")
        }
    }

    /// Makes the volume that a drive asks for; gives the drive as the configuration is to write it.
    func allocate(_ drive: Drive, _ name: String, for machine: MachineState) throws(APIError) -> Drive {
        guard let (storageName, rest) = drive.place, drive.options["media"] != "cdrom" || rest == "cloudinit" else {
            return drive
        }
        let storage = try storage(storageName, on: machine.node)
        var result = drive
        result.options["import-from"] = nil
        if rest == "cloudinit" {
            result.options["media"] = "cdrom"
            result.volume = place("vm-\(machine.vmid)-cloudinit", machine.vmid, storage, format: "raw")
            put(newVolume(result.volume, storage, machine, size: 4 << 20, used: 4 << 20))
            return result
        }
        guard let gibibytes = Double(rest) else { return drive }
        var size = Int(gibibytes * Double(1 << 30))
        var used = 0
        var file: FilePath?
        if let id = drive.options["import-from"] {
            guard let source = volume(id, on: machine.node) else { throw .died("volume '\(id)' does not exist") }
            (size, used, file) = (source.size, source.used, source.file)
        } else if name == "efidisk0" || name == "tpmstate0" {
            (size, used) = (4 << 20, 528 << 10)
        }
        try reserve(used, in: storage, on: machine.node)
        result.volume = freeName(for: machine.vmid, in: storage, on: machine.node)
        result.options["size"] = DiskSize.text(size)
        var volume = newVolume(result.volume, storage, machine, size: size, used: used)
        volume.file = file
        put(volume)
        return result
    }

    /// Copies a machine's drives to a clone.
    func copyDrives(
        of source: MachineState, to newID: Int, isFull: Bool, storage wanted: String?
    ) throws(APIError) {
        for (name, drive) in source.drives.sorted(by: { $0.key < $1.key }) {
            guard let clone = machines[newID] else { throw .died("VM \(newID) does not exist") }
            if drive.volume.contains("cloudinit"), let (storageName, _) = drive.place {
                let request = Drive(volume: "\(wanted ?? storageName):cloudinit", options: drive.options)
                machines[newID]?.config[name] = try allocate(request, name, for: clone).description
                continue
            }
            guard !drive.isMedium else {
                machines[newID]?.config[name] = drive.description
                continue
            }
            guard let base = volume(drive.volume, on: source.node) else {
                throw .died("volume '\(drive.volume)' does not exist")
            }
            let storage = try storage(isFull ? wanted ?? base.storage : base.storage, on: clone.node)
            try reserve(isFull ? base.used : 0, in: storage, on: clone.node)
            var copy = drive
            copy.volume = freeName(for: newID, in: storage, on: clone.node, base: isFull ? nil : base.id)
            var volume = newVolume(copy.volume, storage, clone, size: base.size, used: isFull ? base.used : 0)
            volume.parent = isFull ? nil : base.id
            volume.file = base.file
            put(volume)
            machines[newID]?.config[name] = copy.description
        }
    }

    /// Makes a template of a machine: its disks become bases, and cannot be written to any more.
    func convertToTemplate(_ vmid: Int) throws(APIError) {
        guard var machine = machines[vmid] else { throw .died("VM \(vmid) does not exist") }
        var renamed: [(old: VolumeState, new: VolumeState)] = []
        for (name, drive) in machine.disks {
            guard let old = volume(drive.volume, on: machine.node) else {
                throw .died("volume '\(drive.volume)' does not exist")
            }
            let id = drive.volume.replacing("vm-\(vmid)-disk", with: "base-\(vmid)-disk")
            var new = VolumeState(
                id: id, storage: old.storage, node: old.node, content: old.content, format: old.format, size: old.size,
                used: old.used, created: old.created)
            new.vmid = vmid
            new.file = old.file
            renamed.append((old, new))
            machine.config[name] = Drive(volume: id, options: drive.options).description
        }
        for pair in renamed { put(pair.new) }
        machine.isTemplate = true
        machines[vmid] = machine
        for pair in renamed where pair.old.id != pair.new.id {
            volumes[VolumeKey(id: pair.old.id, node: pair.old.node)] = nil
        }
    }

    /// Whether a linked clone needs a volume.
    func hasLinkedClones(_ id: String) -> Bool { volumes.values.contains { $0.parent == id } }

    /// Takes a machine and its volumes away.
    func destroy(_ vmid: Int) {
        machines[vmid] = nil
        volumes = volumes.filter { $0.value.vmid != vmid }
    }

    private func newVolume(
        _ id: String, _ storage: StorageModel, _ machine: MachineState, size: Int, used: Int
    ) -> VolumeState {
        VolumeState(
            id: id, storage: storage.name, node: storage.isShared ? nil : machine.node, content: "images",
            format: storage.isFileBased ? "qcow2" : "raw", size: size, used: used, vmid: machine.vmid, created: now)
    }

    private func freeName(for vmid: Int, in storage: StorageModel, on node: String, base: String? = nil) -> String {
        var number = 0
        while true {
            let own = place("vm-\(vmid)-disk-\(number)", vmid, storage, format: "qcow2")
            let id = base.map { Self.linkedName(own, base: $0, storage) } ?? own
            if volume(id, on: node) == nil { return id }
            number += 1
        }
    }

    private func place(_ name: String, _ vmid: Int, _ storage: StorageModel, format: String) -> String {
        storage.isFileBased ? "\(storage.name):\(vmid)/\(name).\(format)" : "\(storage.name):\(name)"
    }

    /// On most storages a linked clone's name begins with its base's.
    private static func linkedName(_ own: String, base: String, _ storage: StorageModel) -> String {
        storage.type == "lvmthin" ? own : "\(base)/\(own.drop { $0 != ":" }.dropFirst())"
    }
}

extension Drive {
    /// The storage, and what is asked for on it.
    var place: (storage: String, rest: String)? {
        let parts = volume.split(separator: ":", maxSplits: 1).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : nil
    }

    /// The storage; empty for a drive that has none.
    var storage: String { place?.storage ?? "" }
}

extension StorageModel {
    /// Whether it can make linked clones.
    var canLink: Bool { type != "lvm" }
}

extension MachineState {
    /// What a change can be held against: another for every configuration.
    var digest: String {
        let text = config.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
        return String(Digest.of(text + (isTemplate ? "template: 1\n" : "")).hex.prefix(40))
    }

    /// The configuration in the types that the schema has for it.
    func shownConfig(by schema: SchemaNode) -> JSON {
        var fields = config.reduce(into: [String: JSON]()) { result, pair in
            let type = schema.property(pair.key)?.type
            result[pair.key] =
                switch type {
                case "integer", "boolean": Int(pair.value).map { .integer($0) } ?? .string(pair.value)
                case "number": Double(pair.value).map { .number($0) } ?? .string(pair.value)
                default: .string(pair.value)
                }
        }
        if fields["cipassword"] != nil { fields["cipassword"] = "**********" }
        fields["digest"] = .string(digest)
        fields["lock"] = lock.map { .string($0) }
        if isTemplate { fields["template"] = 1 }
        return .object(fields)
    }
}
