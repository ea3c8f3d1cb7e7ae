package import HostSystem

/// What is wanted: a template of a name on some nodes.
package struct TemplatePlan: Sendable {
    /// Its name on Proxmox, which is also a host name.
    package let name: String
    /// The nodes; nil for all.
    package let nodes: [String]?
    /// The storage for its disks.
    package let storage: String
    /// The storage that images are uploaded to.
    package let importStorage: String
    /// The bridge that its clones are connected to.
    package let bridge: String
    /// The zone of the cluster's software-defined network that the bridge is in.
    package var zone = Self.usualZone
    /// The numbers that machines may get; nil for what the cluster gives.
    package var vmids: ClosedRange<Int>?
    /// The pool that it belongs to; nil for none.
    package var pool: String?
    /// How many templates of the name are kept, with the one that counts.
    package var keep = 3
    /// The processors of its clones.
    package var cores = 2
    /// Their memory.
    package var memory = ByteCount.gibibytes(2)
    /// Their kind of processor.
    package var cpu = "x86-64-v2-AES"
    /// Whether clones get disks of their own, for storages that cannot do it otherwise.
    package var clonesFully = false
    /// Commands that a clone of it must run with success before it counts.
    package var checks: [String] = []

    /// The zone of the bridges that nodes have by themselves.
    package static let usualZone = "localnetwork"

    /// A plan.
    ///
    /// - Throws: ``ProxmoxPlanError``.
    package init(
        name: String, nodes: [String]?, storage: String, importStorage: String, bridge: String
    ) throws(ProxmoxPlanError) {
        try Self.check("--template-name", name, isHostName)
        for node in nodes ?? [] { try Self.check("--node", node, isNodeName) }
        try Self.check("--storage", storage, isStorageName)
        try Self.check("--import-storage", importStorage, isStorageName)
        try Self.check("--bridge", bridge, isBridgeName)
        self.name = name
        self.nodes = nodes
        self.storage = storage
        self.importStorage = importStorage
        self.bridge = bridge
    }

    private static func check(
        _ option: String, _ text: String, _ rule: (String) -> Bool
    ) throws(ProxmoxPlanError) {
        guard rule(text) else { throw ProxmoxPlanError(option: option, text: text) }
    }

    /// The path whose rights count for machines.
    var machinePath: String { pool.map { "/pool/\($0)" } ?? "/vms" }

    /// What the machine's settings are made from, but for numbers and nodes: a template of others is another one.
    var settingsDigest: Digest {
        Self.settingsDigest(storage: storage, bridge: bridge, cores: "\(cores)", memory: memory, cpu: cpu)
    }

    /// The same of settings that are there already.
    static func settingsDigest(
        storage: String, bridge: String, cores: String, memory: ByteCount, cpu: String
    ) -> Digest {
        Digest.of("1\n\(storage)\n\(bridge)\n\(cores)\n\(memory.bytes)\n\(cpu)")
    }

    /// The settings of the machine that becomes the template, but for its disk, number and description.
    var hardware: [(String, String)] {
        [
            ("ostype", "l26"), ("machine", "q35"), ("bios", "ovmf"),
            ("efidisk0", "\(storage):1,efitype=4m,pre-enrolled-keys=0"), ("cores", "\(cores)"),
            ("memory", "\(memory.bytes >> 20)"), ("cpu", cpu), ("scsihw", "virtio-scsi-single"),
            ("net0", "virtio,bridge=\(bridge)"), ("agent", "enabled=1"), ("boot", "order=scsi0"),
            ("serial0", "socket"), ("vga", "serial0"), ("rng0", "source=/dev/urandom"),
            ("ide2", "\(storage):cloudinit"), ("ipconfig0", "ip=dhcp"),
        ] + (pool.map { [("pool", $0)] } ?? [])
    }
}

/// A word of a plan that the cluster would not take, or would take for something else.
package struct ProxmoxPlanError: Error, CustomStringConvertible {
    /// The option.
    package let option: String
    /// What it said.
    package let text: String

    package var description: String { "\(option) cannot be '\(TerminalText.plain(text))'" }
}

/// Whether a text is a name that a machine can have in a network.
package func isHostName(_ text: String) -> Bool {
    text.utf8.count <= 63 && text.wholeMatch(of: /[A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?/) != nil
}

/// Whether a text is a node's name.
package func isNodeName(_ text: String) -> Bool { isHostName(text) }

/// Whether a text is a storage's name.
package func isStorageName(_ text: String) -> Bool {
    text.utf8.count <= 100 && text.wholeMatch(of: /[A-Za-z]([A-Za-z0-9\-_.]*[A-Za-z0-9])/) != nil
}

/// Whether a text is a bridge's name.
package func isBridgeName(_ text: String) -> Bool {
    text.utf8.count <= 15 && text.wholeMatch(of: /[A-Za-z][A-Za-z0-9_\-.]*/) != nil
}
