internal import HostSystem
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import SystemPackage

/// The doors of all nodes: each listens at an address of its own, all at the same port.
final class Listeners: Sendable {
    private struct Door {
        var channel: (any Channel)?
        var connections: [ObjectIdentifier: any Channel] = [:]
        var restart: Task<Void, Never>?
    }

    private struct State {
        var doors: [String: Door] = [:]
        var bootstraps: [String: @Sendable (String, Int) async throws -> any Channel] = [:]
        var port = 0
    }

    private let addresses: [String: String]
    private let state = Mutex(State())

    /// - Parameter addresses: The address of each node.
    init(addresses: [String: String]) {
        self.addresses = addresses
    }

    /// The port of all nodes.
    var port: Int { state.withLock { $0.port } }

    /// Opens every door, at a port that is free for all.
    func open(_ core: ServerCore, certificates: [String: Certificates.Leaf], except closed: Set<String>) async throws {
        for (node, leaf) in certificates {
            let context = try Self.context(leaf)
            let bootstrap: @Sendable (String, Int) async throws -> any Channel = { [self] address, port in
                try await Self.bind(address, port, node: node, context: context, core: core, listeners: self)
            }
            state.withLock { $0.bootstraps[node] = bootstrap }
        }
        let nodes = certificates.keys.filter { !closed.contains($0) }.sorted()
        // A port that is free at one address may be taken at another.
        for attempt in 0... {
            state.withLock { $0.port = 0 }
            do {
                for node in nodes { try await open(node) }
                return
            } catch let error where error is IOError && attempt < 20 {
                for node in nodes { close(node) }
            }
        }
    }

    /// Opens a node's door.
    func open(_ node: String) async throws {
        let (bootstrap, port, isOpen) = state.withLock {
            ($0.bootstraps[node], $0.port, $0.doors[node]?.channel != nil)
        }
        guard let bootstrap, !isOpen, let address = addresses[node] else { return }
        let channel = try await bootstrap(address, port)
        state.withLock {
            $0.doors[node, default: Door()].channel = channel
            $0.port = channel.localAddress?.port ?? port
        }
    }

    /// Closes a node's door and cuts everybody who came in by it, but for one.
    func close(_ node: String, sparing spared: (any Channel)? = nil) {
        let (channel, connections) = state.withLock { state in
            defer { state.doors[node]?.channel = nil }
            return (state.doors[node]?.channel, state.doors[node].map { Array($0.connections.values) } ?? [])
        }
        channel?.close(promise: nil)
        for connection in connections where connection !== spared { ConnectionLink(connection).reset() }
    }

    /// Closes every door and cuts everybody but one.
    func closeAll(sparing spared: (any Channel)? = nil) {
        for node in addresses.keys { close(node, sparing: spared) }
    }

    /// Closes a node's door, and opens it again after a while.
    func restart(
        _ node: String, pause: Duration, sparing spared: any Channel, _ whenUp: @escaping @Sendable () async -> Void
    ) {
        close(node, sparing: spared)
        let task = Task {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            await whenUp()
            try? await open(node)
        }
        state.withLock { $0.doors[node]?.restart = task }
    }

    /// Opens every door that is closed.
    func reopen() async throws {
        for node in state.withLock({ Array($0.bootstraps.keys) }) { try await open(node) }
    }

    /// Closes every door for good.
    func shutDown() async {
        let doors = state.withLock { state in
            state.bootstraps = [:]
            return state.doors
        }
        for (node, door) in doors {
            door.restart?.cancel()
            close(node)
            try? await door.channel?.closeFuture.get()
        }
    }

    private func note(_ channel: any Channel, of node: String) {
        let key = ObjectIdentifier(channel)
        state.withLock { $0.doors[node, default: Door()].connections[key] = channel }
        channel.closeFuture.whenComplete { [weak self] _ in
            self?.state.withLock { _ = $0.doors[node]?.connections.removeValue(forKey: key) }
        }
    }

    private static func context(_ leaf: Certificates.Leaf) throws -> NIOSSLContext {
        try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: NIOSSLCertificate.fromPEMFile(leaf.certificate.string).map { .certificate($0) },
                privateKey: .privateKey(NIOSSLPrivateKey(file: leaf.key.string, format: .pem))))
    }

    private static func bind(
        _ address: String, _ port: Int, node: String, context: NIOSSLContext, core: ServerCore, listeners: Listeners
    ) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    listeners.note(channel, of: node)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(Wire(), name: ConnectionLink.wireName)
                    try pipeline.addHandler(NIOSSLServerHandler(context: context))
                    try pipeline.addHandler(ByteCounter(core.journal))
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(
                        ConnectionHandler(node: node, server: core, link: ConnectionLink(channel)))
                }
            }
            .bind(host: address, port: port).get()
    }
}
