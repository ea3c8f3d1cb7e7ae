internal import HostSystem

/// Looks at a cluster before anything is done to it.
struct Preflight {
    let client: ProxmoxClient
    let plan: TemplatePlan
    /// The image; nil where only clones are made.
    let image: ImageSource?

    /// What a look at a cluster gave.
    struct Findings: Sendable {
        /// Where templates are needed: on each node, or once where they share the storage.
        let sites: [Site]
        /// All nodes that the deployment is for.
        let nodes: [String]
        /// Whether one upload serves all nodes.
        let sharesUploads: Bool
        /// Whether uploads can be removed.
        let removesUploads: Bool
        /// What may become a problem.
        let warnings: [String]
    }

    /// Looks.
    ///
    /// - Throws: ``ProxmoxDeploymentError``, ``ProxmoxError``.
    func run() async throws -> Findings {
        let version = try await client.version()
        guard version >= .oldest else { throw ProxmoxDeploymentError.version("\(version)") }
        let rights = try await client.rights()
        let members = try await nodes()
        let needed = ProxmoxNeeds(plan: plan, nodes: members, version: version, way: image?.way)
        let missing = needed.rights.filter { !$0.isMet(by: rights) }
        guard missing.isEmpty else { throw ProxmoxDeploymentError.rights(missing, token: client.tokenID) }
        var warnings: [String] = []
        var (sharesDisks, sharesUploads) = (true, true)
        for node in members {
            let storages = try await client.storages(of: node)
            let disks = try storage(plan.storage, for: "images", in: storages, node)
            try checkSpace(on: disks, node, needed: image?.virtualSize)
            sharesDisks = sharesDisks && disks.isShared
            guard let image else { continue }
            let imports = try storage(plan.importStorage, for: "import", in: storages, node)
            try checkSpace(on: imports, node, needed: image.size)
            sharesUploads = sharesUploads && imports.isShared
            warnings += try await passage(of: image, on: node, rights)
        }
        let removes = needed.removal.isMet(by: rights)
        if !removes, image != nil { warnings.append("the token lacks \(needed.removal): the upload stays there") }
        return Findings(
            sites: Site.of(members, sharing: sharesDisks), nodes: members, sharesUploads: sharesUploads,
            removesUploads: removes, warnings: warnings)
    }

    /// The nodes that are asked for, sorted; each must be up.
    private func nodes() async throws -> [String] {
        let all = try await client.nodes()
        let wanted = plan.nodes ?? all.map(\.node)
        for name in wanted {
            guard let node = all.first(where: { $0.node == name }) else {
                throw ProxmoxDeploymentError.noNode(name, known: all.map { TerminalText.plain($0.node) })
            }
            guard node.status == "online" else { throw ProxmoxDeploymentError.offline(name) }
        }
        return Set(wanted).sorted()
    }

    private func storage(
        _ name: String, for kind: String, in storages: [ProxmoxStorage], _ node: String
    ) throws -> ProxmoxStorage {
        guard let storage = storages.first(where: { $0.storage == name }) else {
            throw ProxmoxDeploymentError.noStorage(name, node: node)
        }
        guard storage.isUsable else { throw ProxmoxDeploymentError.unusableStorage(name, node: node) }
        guard storage.holds(kind) else { throw ProxmoxDeploymentError.content(name, node: node, kind: kind) }
        return storage
    }

    private func checkSpace(on storage: ProxmoxStorage, _ node: String, needed: ByteCount?) throws {
        guard let needed, let avail = storage.avail, avail.value < needed.bytes else { return }
        throw ProxmoxDeploymentError.space(
            "the storage '\(storage.storage)'", node: node, free: ByteCount(Int64(avail.value)), needed: needed)
    }

    /// An upload lies whole in /var/tmp of the node that takes it, before it comes to the storage.
    private func passage(of image: ImageSource, on node: String, _ rights: ProxmoxRights) async throws -> [String] {
        guard case .upload = image.way else { return [] }
        guard rights.allow("Sys.Audit", on: "/nodes/\(node)") else {
            return ["whether /var/tmp of \(node) has room for \(image.size) cannot be seen without Sys.Audit there"]
        }
        guard let free = try await client.freeRoot(of: node), free < image.size else { return [] }
        return [
            "/var/tmp of \(node) may have no room: its root file system has \(free) free, the image has \(image.size)"
        ]
    }
}
