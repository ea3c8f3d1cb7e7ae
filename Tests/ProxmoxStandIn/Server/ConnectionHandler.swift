internal import NIOCore
internal import NIOHTTP1

/// One connection's requests, one after the other: reads each whole, hands it to the server, and writes the answer.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What comes with one request.
    private enum Body {
        /// A small body, kept whole.
        case kept([UInt8])
        /// A file, read as it comes.
        case upload(UploadParser)
        /// What nobody reads any more: the answer to it is there already.
        case dropped(APIError)
    }

    private struct Incoming {
        let head: RequestHead
        let index: Int
        let fault: Fault?
        var body: Body
        var received = 0
        let closes: Bool
    }

    private let node: String
    private let server: ServerCore
    private let link: ConnectionLink
    private var incoming: Incoming?

    init(node: String, server: ServerCore, link: ConnectionLink) {
        self.node = node
        self.server = server
        self.link = link
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): begin(RequestHead(head), context)
        case .body(let buffer): take(buffer, context)
        case .end: end(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        link.reset()
    }

    private func begin(_ head: RequestHead, _ context: ChannelHandlerContext) {
        let (index, fault) = server.open(head, node: node)
        var incoming = Incoming(
            head: head, index: index, fault: fault, body: .kept([]), closes: head.isUpload || !head.keepsAlive)
        do throws(APIError) {
            if let boundary = try server.checkFraming(of: head, node: node) {
                incoming.body = .upload(
                    UploadParser(boundary: boundary, corrupts: fault == .corruptUpload, kept: server.newFile()))
            }
        } catch {
            incoming.body = .dropped(error)
        }
        self.incoming = incoming
        switch fault {
        case .refuseConnections:
            server.refuseConnections()
            link.reset()
        case .reset(let bytes) where bytes == 0: link.reset()
        default: break
        }
    }

    private func take(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        guard var incoming else { return }
        // Moved out and back, so that what has come is not copied.
        self.incoming = nil
        incoming.received += buffer.readableBytes
        switch incoming.body {
        case .kept(var bytes):
            bytes.append(contentsOf: buffer.readableBytesView)
            incoming.body =
                bytes.count > RequestHead.bodyLimit ? .dropped(.early(501, "for data too large")) : .kept(bytes)
        case .upload(var parser):
            incoming.body = .dropped(.early(500, ""))
            do throws(UploadParser.Refusal) {
                try parser.consume(buffer)
                incoming.body = .upload(parser)
            } catch {
                incoming.body = .dropped(.violating(.protocolRule, 500, error.message))
            }
        // A server whose disk is full says nothing more.
        case .dropped(let error): if error.status == 0 { link.reset() }
        }
        self.incoming = incoming
        if case .reset(let limit) = incoming.fault, incoming.received >= limit { link.reset() }
    }

    private func end(_ context: ChannelHandlerContext) {
        guard let incoming else { return }
        self.incoming = nil
        switch incoming.fault {
        case .hang: return
        // A body that ends before the fault's place meets it here.
        case .reset: return link.reset()
        default: break
        }
        let request = assembled(incoming)
        let (server, link, node) = (server, link, node)
        let (head, index, fault) = (incoming.head, incoming.index, incoming.fault)
        let closes = incoming.closes
        let work = context.eventLoop.makeFutureWithTask {
            await server.answer(request, head: head, node: node, index: index, fault: fault)
        }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        work.whenSuccess { answer in
            let (handler, context) = loopBound.value
            guard let answer, context.channel.isActive else { return link.reset() }
            var isLast = closes || server.refusesNext(afterAnswerTo: context.channel)
            if case .restartNode(let pause) = fault {
                server.restart(node, pause: pause, afterAnswerTo: context.channel)
                isLast = true
            }
            handler.write(answer, fault: fault, closes: isLast, context)
        }
    }

    private func assembled(_ incoming: Incoming) -> Result<ServerCore.Body, APIError> {
        switch incoming.body {
        case .kept(let bytes): return .success(.small(bytes))
        case .dropped(let error): return .failure(error)
        case .upload(var parser):
            if parser.tear != nil {
                server.journal.report(
                    .protocolRule,
                    "the upload's file header came in two pieces; a real server writes its rest into the file",
                    request: incoming.index)
            }
            do throws(UploadParser.Refusal) {
                return .success(.file(try parser.finish()))
            } catch {
                return .failure(.violating(.protocolRule, 500, error.message))
            }
        }
    }

    private func write(_ answer: Answer, fault: Fault?, closes: Bool, _ context: ChannelHandlerContext) {
        guard fault != .loseReply else { return link.reset() }
        var headers = HTTPHeaders()
        headers.add(name: "Server", value: "pve-api-daemon/3.0")
        headers.add(name: "Content-Type", value: answer.contentType)
        headers.add(name: "Content-Length", value: String(answer.body.count))
        if closes { headers.add(name: "Connection", value: "close") }
        let status = HTTPResponseStatus.custom(code: UInt(answer.status), reasonPhrase: answer.reason)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = fault == .truncateReply ? answer.body.prefix(answer.body.count / 2) : answer.body[...]
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        guard fault != .truncateReply else {
            context.flush()
            context.close(promise: nil)
            return
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if closes { channel.close(promise: nil) }
        }
    }
}

extension UploadParser {
    /// Takes what is in a buffer.
    fileprivate mutating func consume(_ buffer: ByteBuffer) throws(Refusal) {
        var refusal: Refusal?
        buffer.withUnsafeReadableBytes { bytes in
            do throws(Refusal) {
                try consume(bytes)
            } catch {
                refusal = error
            }
        }
        if let refusal { throw refusal }
    }
}
