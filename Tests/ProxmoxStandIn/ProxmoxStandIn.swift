internal import HostSystem
package import SystemPackage

/// A stand-in for a Proxmox VE cluster: an HTTPS server for each of its nodes, and a model of what is behind them.
///
/// It holds every request, and every answer of its own, to the vendor's API schema, and notes whatever a client does that
/// a real server would not take. A test ends by asserting that ``violations`` is empty.
///
/// ```
/// try await ProxmoxStandIn.with(.usual(nodes: 3)) { server in
///     … talk to server.endpoint …
///     #expect(server.violations.isEmpty)
/// }
/// ```
package struct ProxmoxStandIn: Sendable {
    /// The cluster as it was at the start.
    package let model: ClusterModel
    /// The file with the authority's certificate.
    package let caFile: FilePath
    /// The fingerprint of each node's certificate.
    package let fingerprints: [String: String]
    /// The address of each node.
    package let addresses: [String: String]

    private let core: ServerCore
    private let listeners: Listeners

    /// Lends a server, which is gone afterwards.
    package static func with<Result>(
        _ model: ClusterModel, flaw: CertificateFlaw = .none, _ body: (ProxmoxStandIn) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: "/tmp", prefix: "proxmox") { folder in
            let server = try await start(model, flaw: flaw, in: folder)
            return try await withCleanup {
                try await body(server)
            } cleanup: {
                await server.stop()
            }
        }
    }

    /// Starts a server; ``stop()`` ends it.
    ///
    /// - Parameter folder: Where its certificates go.
    package static func start(
        _ model: ClusterModel, flaw: CertificateFlaw = .none, in folder: FilePath
    ) async throws -> ProxmoxStandIn {
        let schema = try VendorSchema.shared()
        let authority = try await Certificates(in: folder)
        var leaves: [String: Certificates.Leaf] = [:]
        var addresses: [String: String] = [:]
        for (index, node) in model.nodes.enumerated() {
            let address = "127.0.0.\(index + 1)"
            addresses[node.name] = address
            leaves[node.name] = try await authority.makeLeaf(node: node.name, address: address, flaw: flaw)
        }
        let journal = Journal()
        let cluster = Cluster(model: model, journal: journal, certificates: leaves, addresses: addresses)
        let listeners = Listeners(addresses: addresses)
        let core = ServerCore(
            journal: journal, cluster: cluster, schema: schema, nodes: model.nodes, listeners: listeners)
        try await listeners.open(
            core, certificates: leaves, except: Set(model.nodes.filter { !$0.isOnline }.map(\.name)))
        return ProxmoxStandIn(
            model: model, caFile: authority.authority, fingerprints: leaves.mapValues(\.fingerprint),
            addresses: addresses, core: core, listeners: listeners)
    }

    /// Ends the server.
    package func stop() async {
        await listeners.shutDown()
        await core.cluster.shutDown()
    }
}

extension ProxmoxStandIn {
    /// Where the first node answers, without a slash at the end.
    package var endpoint: String { endpoint(of: model.nodes[0].name) }
    /// The fingerprint of the first node's certificate.
    package var fingerprint: String { fingerprints[model.nodes[0].name] ?? "" }
    /// The port of all nodes.
    package var port: Int { listeners.port }
    /// The first account, for which tests call.
    package var account: AccountModel { model.accounts[0] }

    /// Where a node answers, without a slash at the end.
    package func endpoint(of node: String) -> String {
        "https://\(addresses[node] ?? "127.0.0.1"):\(port)"
    }

    /// Every request so far.
    package var requests: [RecordedRequest] { core.journal.requests }
    /// Everything that a real server would not have taken, or not have sent, so far.
    package var violations: [Violation] { core.journal.violations }
    /// The paths that the vendor's schema file lacks, whose checks are this server's own.
    package static var pathsWithoutVendorSchema: Set<String> { Set(SchemaExceptions.pathsLeftOut.keys) }
    /// How many bytes clients sent through the encryption; 0 when none trusted the server.
    package var receivedBytes: Int { core.journal.receivedBytes }

    /// The machines and templates as they are, by number.
    package func machines() async -> [MachineState] {
        await core.cluster.machines.values.sorted { $0.vmid < $1.vmid }
    }

    /// The volumes as they are, by identifier.
    package func volumes() async -> [VolumeState] {
        await core.cluster.volumes.values.sorted { ($0.id, $0.node ?? "") < ($1.id, $1.node ?? "") }
    }

    /// Demands that, from the first one on, there be at every instant a template that clones can be made of.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - tag: A tag that it must bear; nil for any or none.
    ///   - node: The node that it must be on; nil for any.
    package func watchTemplate(named name: String, tag: String? = nil, on node: String? = nil) async {
        await core.cluster.watch(Watch(name: name, tag: tag, node: node))
    }

    /// Lets something go wrong at a request while a body runs; gives whether it did go wrong.
    @discardableResult
    package func withFault(
        at point: FaultPoint, _ fault: Fault, _ body: () async throws -> Void
    ) async throws -> Bool {
        if fault == .refuseConnections, case .request(0) = point {
            listeners.closeAll()
            try await body()
            return true
        }
        let id = core.journal.place(fault, at: point)
        defer { core.journal.remove(id) }
        try await body()
        return core.journal.hasFired(id)
    }

    /// Puts right what faults left: opens closed doors, brings nodes up, frees full storages and names.
    package func recover() async throws {
        await core.cluster.freeStorages()
        await core.cluster.renameStrangers()
        for node in model.nodes where node.isOnline { await core.cluster.bringUp(node.name) }
        try await listeners.reopen()
    }

    /// Takes a node down, as a power cut does.
    package func takeDown(_ node: String) async {
        listeners.close(node)
        await core.cluster.takeDown(node)
    }

    /// Brings a node up.
    package func bringUp(_ node: String) async throws {
        await core.cluster.bringUp(node)
        try await listeners.open(node)
    }
}
