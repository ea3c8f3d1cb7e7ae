package import SystemPackage

/// A machine or template as it is.
package struct MachineState: Sendable, Hashable {
    /// Its number.
    package let vmid: Int
    /// Its node.
    package let node: String
    /// Its configuration: the API's keys and values, all as text.
    package internal(set) var config: [String: String]
    /// Whether it is a template.
    package internal(set) var isTemplate = false
    /// What it is locked for, if it is.
    package internal(set) var lock: String?
    /// Whether it runs.
    package internal(set) var isRunning = false
    /// Its pool.
    package internal(set) var pool: String?
    /// When its agent answers; nil as long as it does not run.
    var agentReady: ContinuousClock.Instant?
    /// The guest itself, where one is booted for real.
    var session: (any GuestSession)?
    /// What commands in it come to, by their process numbers.
    var commands: [Int: Command] = [:]

    /// A command in a guest.
    struct Command: Sendable, Hashable {
        let end: ContinuousClock.Instant
        let exitCode: Int
        let output: String
        let errors: String
    }

    init(vmid: Int, node: String, config: [String: String]) {
        self.vmid = vmid
        self.node = node
        self.config = config
    }

    /// Its name.
    package var name: String { config["name"] ?? "VM\(vmid)" }
    /// Its tags.
    package var tags: [String] { (config["tags"] ?? "").split(separator: ";").map(String.init) }
    /// Its description.
    package var description: String { config["description"] ?? "" }

    /// The drives, by their names, without what is only a medium for reading.
    var disks: [String: Drive] {
        drives.filter { !$0.value.isMedium }
    }

    /// All drives, by their names.
    var drives: [String: Drive] {
        config.reduce(into: [:]) { result, pair in
            if Drive.isName(pair.key) { result[pair.key] = Drive(pair.value) }
        }
    }

    /// The changes that everybody can see: without times and process numbers.
    package static func == (left: MachineState, right: MachineState) -> Bool {
        left.vmid == right.vmid && left.node == right.node && left.config == right.config
            && left.isTemplate == right.isTemplate && left.lock == right.lock && left.isRunning == right.isRunning
            && left.pool == right.pool
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(vmid)
    }
}

/// A drive of a machine, as its configuration writes it: `local:100/vm-100-disk-0.qcow2,size=8G`.
struct Drive: Sendable, Hashable, CustomStringConvertible {
    /// Where its data is, or a request for it such as `local:0`.
    var volume: String
    /// Everything else.
    var options: [String: String]

    init(_ text: String) {
        var parts = text.split(separator: ",").map(String.init)
        volume = ""
        if let first = parts.first, !first.contains("=") {
            volume = first
            parts.removeFirst()
        }
        options = parts.reduce(into: [:]) { result, part in
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            if pair.count == 2 { result[pair[0]] = pair[1] }
        }
        volume = options.removeValue(forKey: "file") ?? options.removeValue(forKey: "volume") ?? volume
    }

    init(volume: String, options: [String: String] = [:]) {
        self.volume = volume
        self.options = options
    }

    /// Whether it is a CD or a cloud-init drive.
    var isMedium: Bool { options["media"] == "cdrom" || volume == "none" || volume.hasSuffix(":cloudinit") }

    var description: String {
        ([volume] + options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }).joined(separator: ",")
    }

    /// Whether a configuration's key names a drive.
    static func isName(_ key: String) -> Bool {
        key.wholeMatch(of: /(?:ide|sata|scsi|virtio)[0-9]+|efidisk0|tpmstate0/) != nil
    }
}

/// A volume on a storage.
package struct VolumeState: Sendable, Hashable {
    /// Its identifier, such as `local:import/disk.qcow2`.
    package let id: String
    /// The storage.
    package let storage: String
    /// The node that alone has it; nil on a shared storage.
    package let node: String?
    /// What kind of content it is: `images`, `import`, `iso`.
    package let content: String
    /// Its format: `raw`, `qcow2`, …
    package internal(set) var format: String
    /// Its size, as a guest sees it.
    package internal(set) var size: Int
    /// How much of the storage it takes.
    package internal(set) var used: Int
    /// The machine that it belongs to.
    package internal(set) var vmid: Int?
    /// The volume that it is a linked clone of.
    package internal(set) var parent: String?
    /// The digest of what was uploaded, as hexadecimal digits.
    package internal(set) var digest: String?
    /// When it was made, in seconds since 1970.
    package internal(set) var created: Int
    /// The file with its data, or with the data of what it was copied from; nil where none is kept.
    package internal(set) var file: FilePath?
}
