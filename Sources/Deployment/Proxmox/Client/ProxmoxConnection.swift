internal import HostSystem
internal import NIOConcurrencyHelpers
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// One connection, which carries one request and its answer.
final class ProxmoxConnection: Sendable {
    /// The longest answer.
    private static let replyLimit = 16 << 20

    private struct State {
        var channel: (any Channel)?
        var isClosed = false
        var isSecured = false
    }

    private let state = NIOLockedValueBox(State())
    private let loop = MultiThreadedEventLoopGroup.singleton.next()
    private let secured: EventLoopPromise<Void>
    private let reply: EventLoopPromise<WireReply>

    init() {
        secured = loop.makePromise()
        reply = loop.makePromise()
    }

    deinit {
        secured.fail(WireError.closed)
        reply.fail(WireError.closed)
    }

    /// Whether the server was found to be the right one, so that it may have been sent something.
    var isSecured: Bool { state.withLockedValue(\.isSecured) }

    /// Opens the connection, and waits until it is secured.
    func open(_ transport: ProxmoxTransport, by handler: @escaping @Sendable () throws -> NIOSSLClientHandler)
        async throws
    {
        let (secured, reply) = (secured, reply)
        let patience = transport.patience
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(TimeAmount(patience.connection))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(try handler())
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(IdleStateHandler(allTimeout: TimeAmount(patience.idle)))
                    try pipeline.addHandler(ReplyCollector(secured: secured, reply: reply, limit: Self.replyLimit))
                }
            }
        let endpoint = transport.endpoint
        let channel = try await bootstrap.connect(host: endpoint.host, port: endpoint.port).get()
        let isClosed = state.withLockedValue { state in
            state.channel = channel
            return state.isClosed
        }
        if isClosed { channel.close(promise: nil) }
        let timer = loop.scheduleTask(in: TimeAmount(patience.connection)) {
            secured.fail(WireError.late)
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        try await secured.futureResult.get()
        state.withLockedValue { $0.isSecured = true }
    }

    /// Sends a request and waits for its answer, which may come before all of the request is out.
    func exchange(_ request: WireRequest, head: HTTPRequestHead) async throws -> WireReply {
        guard let channel = state.withLockedValue(\.channel) else { throw WireError.closed }
        let (reply, opening) = (reply, try request.opening)
        let timer = loop.scheduleTask(in: TimeAmount(request.deadline)) {
            reply.fail(WireError.late)
            channel.close(promise: nil)
        }
        defer { timer.cancel() }
        var head = head
        head.headers.add(contentsOf: opening.headers)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let bytes = opening.bytes { channel.write(HTTPClientRequestPart.body(.byteBuffer(bytes)), promise: nil) }
        do {
            if case .upload(let upload) = request.body {
                channel.flush()
                try await upload.send(on: channel)
            }
            try await channel.writeAndFlush(HTTPClientRequestPart.end(nil)).get()
        } catch let error where error is ImageTruncatedError || error is Errno {
            throw error
        } catch {
            // A server that refuses an upload says so and closes the connection before it has read all: what it said counts.
            reply.fail(error)
        }
        return try await reply.futureResult.get()
    }

    /// Closes the connection; whoever waits for it stops.
    func close() {
        let channel = state.withLockedValue { state in
            state.isClosed = true
            return state.channel
        }
        channel?.close(promise: nil)
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .milliseconds(duration.milliseconds)
    }
}
