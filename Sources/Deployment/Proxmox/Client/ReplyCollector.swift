internal import NIOCore
internal import NIOHTTP1
internal import NIOTLS

/// An answer as it came.
struct WireReply: Sendable {
    /// The status.
    let status: Int
    /// The body.
    let body: [UInt8]
}

/// Why a connection gave no answer.
enum WireError: Error, Equatable {
    /// It was closed.
    case closed
    /// Nothing moved on it for too long.
    case idle
    /// It took too long.
    case late
    /// The answer is longer than any.
    case tooLong
}

/// The end of a connection's pipeline: it tells when the connection is secured, and the one answer.
final class ReplyCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let secured: EventLoopPromise<Void>
    private let reply: EventLoopPromise<WireReply>
    private let limit: Int
    private var status = 0
    private var body: [UInt8] = []

    /// A collector of an answer of at most `limit` bytes.
    init(secured: EventLoopPromise<Void>, reply: EventLoopPromise<WireReply>, limit: Int) {
        self.secured = secured
        self.reply = reply
        self.limit = limit
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted as TLSUserEvent: secured.succeed()
        case is IdleStateHandler.IdleStateEvent: end(context, WireError.idle)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
        case .body(let part):
            guard body.count + part.readableBytes <= limit else { return end(context, WireError.tooLong) }
            body += part.readableBytesView
        case .end:
            reply.succeed(WireReply(status: status, body: body))
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(context, error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context, WireError.closed)
    }

    private func end(_ context: ChannelHandlerContext, _ error: any Error) {
        secured.fail(error)
        reply.fail(error)
        context.close(promise: nil)
    }
}
