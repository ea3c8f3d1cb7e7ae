internal import HostSystem

/// The version of a cluster's software.
struct ProxmoxVersion: Comparable, Sendable, CustomStringConvertible {
    /// The oldest that takes disk images by its API.
    static let oldest = ProxmoxVersion(major: 8, minor: 4)

    let major: Int
    let minor: Int

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `8.4` and `8.4.1`; nil for anything else.
    init?(_ text: String) {
        guard let match = text.prefixMatch(of: /([0-9]{1,4})\.([0-9]{1,4})/), let major = Int(match.1),
            let minor = Int(match.2)
        else { return nil }
        self.init(major: major, minor: minor)
    }

    static func < (left: ProxmoxVersion, right: ProxmoxVersion) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    var description: String { "\(major).\(minor)" }
}

/// A node, and whether it is up.
struct ProxmoxNode: Decodable, Sendable {
    let node: String
    let status: String
}

/// A storage as a node sees it.
struct ProxmoxStorage: Decodable, Sendable {
    let storage: String
    let content: String
    let active: LooseBool?
    let enabled: LooseBool?
    let shared: LooseBool?
    let avail: LooseInt?

    /// Whether the node can use it.
    var isUsable: Bool { active?.value != false && enabled?.value != false }
    /// Whether all nodes see the same.
    var isShared: Bool { shared?.value == true }

    /// Whether it takes this kind of content.
    func holds(_ kind: String) -> Bool {
        content.split(separator: ",").contains { $0 == kind }
    }
}

/// A volume on a storage.
struct ProxmoxVolume: Decodable, Sendable {
    let volid: String
    let parent: String?
}

extension ProxmoxClient {
    /// The version of the node that answers.
    func version() async throws -> ProxmoxVersion {
        struct Answer: Decodable {
            let release: String?
            let version: String
        }
        let answer: Answer = try await get(["version"])
        guard let version = ProxmoxVersion(answer.version) ?? answer.release.flatMap({ ProxmoxVersion($0) }) else {
            throw ProxmoxError(
                kind: .malformed, request: "GET /version",
                words: "'\(TerminalText.plain(answer.version))' is no version of Proxmox VE")
        }
        return version
    }

    /// The rights of the token, by path.
    func rights() async throws -> ProxmoxRights {
        let paths: [String: [String: LooseInt]] = try await get(["access", "permissions"])
        return ProxmoxRights(paths.mapValues { $0.mapValues { $0.value != 0 } })
    }

    /// The nodes.
    func nodes() async throws -> [ProxmoxNode] {
        try await get(["nodes"])
    }

    /// The storages of a node that the token may see.
    func storages(of node: String) async throws -> [ProxmoxStorage] {
        try await get(["nodes", node, "storage"])
    }

    /// The free bytes of a node's root file system, where uploads pass through.
    func freeRoot(of node: String) async throws -> ByteCount? {
        struct Answer: Decodable {
            let rootfs: Root?
        }
        struct Root: Decodable {
            let avail: LooseInt?
        }
        let answer: Answer = try await get(["nodes", node, "status"])
        return answer.rootfs?.avail.map { ByteCount(Int64($0.value)) }
    }

    /// Where a machine is; nil for one that is not there.
    func place(of vmid: Int) async throws -> MachinePlace? {
        struct Resource: Decodable {
            let vmid: LooseInt?
            let node: String?
        }
        let machines: [Resource] = try await get(["cluster", "resources"], [("type", "vm")])
        return machines.first { $0.vmid?.value == vmid }?.node.map { MachinePlace(node: $0, vmid: vmid) }
    }

    /// A free number for a machine, which somebody else may take before it is used.
    func nextID() async throws -> Int {
        try await get(["cluster", "nextid"], as: LooseInt.self).value
    }

    /// Whether no machine has this number.
    func isFree(_ vmid: Int) async throws -> Bool {
        do {
            _ = try await get(["cluster", "nextid"], [("vmid", "\(vmid)")], as: LooseInt.self)
            return true
        } catch let error as ProxmoxError where error.kind == .refused(400) {
            return false
        }
    }
}
