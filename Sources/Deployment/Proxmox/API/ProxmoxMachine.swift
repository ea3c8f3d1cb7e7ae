internal import HostSystem

/// A machine as a node lists it.
struct ProxmoxMachine: Decodable, Sendable {
    private let vmidValue: LooseInt
    private let templateValue: LooseBool?
    /// Its name, which others may have too.
    let name: String?
    /// `running` or `stopped`.
    let status: String
    private let tagText: String?

    private enum CodingKeys: String, CodingKey {
        case name, status
        case vmidValue = "vmid"
        case templateValue = "template"
        case tagText = "tags"
    }

    /// Its number, which nothing else in the cluster has.
    var vmid: Int { vmidValue.value }
    /// Whether it is a template.
    var isTemplate: Bool { templateValue?.value == true }
    /// Its tags.
    var tags: [String] { MachineConfig.tags(tagText) }
}

/// A machine's settings.
struct MachineConfig: Sendable {
    private let values: [String: String]

    init(_ values: [String: LooseText]) {
        self.values = values.compactMapValues(\.value)
    }

    subscript(key: String) -> String? { values[key] }

    /// Its name.
    var name: String? { values["name"] }
    /// Its description.
    var description: String { values["description"] ?? "" }
    /// What is being done with it; nil while it is free.
    var lock: String? { values["lock"] }
    /// Whether it is a template.
    var isTemplate: Bool { values["template"] == "1" }
    /// Its tags.
    var tags: [String] { Self.tags(values["tags"]) }

    /// The tags of a list, which has semicolons, commas or spaces between.
    static func tags(_ text: String?) -> [String] {
        (text ?? "").split { ";, ".contains($0) }.map(String.init)
    }
}

/// Where a machine is, and its number.
package struct MachinePlace: Sendable, Hashable, CustomStringConvertible {
    /// The node.
    package let node: String
    /// The number.
    package let vmid: Int

    var path: [String] { ["nodes", node, "qemu", "\(vmid)"] }

    package var description: String { "\(vmid) on \(node)" }
}

extension ProxmoxClient {
    /// The machines of a node that the token may see.
    func machines(of node: String) async throws -> [ProxmoxMachine] {
        try await get(["nodes", node, "qemu"])
    }

    /// A machine's settings.
    func config(of place: MachinePlace) async throws -> MachineConfig {
        MachineConfig(try await get(place.path + ["config"], as: [String: LooseText].self))
    }

    /// A machine's settings; nil for one that is gone meanwhile.
    func configIfThere(of place: MachinePlace) async throws -> MachineConfig? {
        do {
            return try await config(of: place)
        } catch let error as ProxmoxError where error.kind == .refused(500) || error.kind == .refused(404) {
            guard try await isFree(place.vmid) else { throw error }
            return nil
        }
    }

    /// Changes settings, unless somebody changed them since they were read as `config`.
    func change(_ place: MachinePlace, _ settings: [(String, String)], since config: MachineConfig) async throws {
        try await put(place.path + ["config"], settings + (config["digest"].map { [("digest", $0)] } ?? []))
    }

    /// Makes a machine a template, for good.
    func makeTemplate(_ place: MachinePlace) async throws {
        try await finish(try await post(place.path + ["template"]))
    }

    /// Starts a machine.
    func start(_ place: MachinePlace) async throws {
        try await finish(try await post(place.path + ["status", "start"]))
    }

    /// Whether a machine runs.
    func isRunning(_ place: MachinePlace) async throws -> Bool {
        struct Answer: Decodable {
            let status: String
        }
        return try await get(place.path + ["status", "current"], as: Answer.self).status == "running"
    }

    /// Ends a machine at once, as pulling its plug does.
    func stop(_ place: MachinePlace) async throws {
        try await finish(try await post(place.path + ["status", "stop"]))
    }

    /// Asks a guest to end; one that does not within the time is ended as ``stop(_:)`` does it.
    func shutDown(_ place: MachinePlace, within time: Duration) async throws {
        let seconds = max(1, time.components.seconds)
        let options = [("timeout", "\(seconds)"), ("forceStop", "1")]
        try await finish(try await post(place.path + ["status", "shutdown"], options))
    }

    /// Makes the disk `scsi0` larger.
    func grow(_ place: MachinePlace, to size: ByteCount) async throws {
        let task = try await put(place.path + ["resize"], [("disk", "scsi0"), ("size", "\(size.bytes >> 10)K")])
        if let task { try await finish(task) }
    }

    /// Destroys a machine with its disks.
    func destroy(_ place: MachinePlace) async throws {
        if let task = try await delete(place.path, [("purge", "1")]) { try await finish(task) }
    }
}
