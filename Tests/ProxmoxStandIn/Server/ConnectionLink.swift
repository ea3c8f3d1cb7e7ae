internal import Foundation
internal import NIOCore
internal import NIOPosix

/// The lower end of a connection: counts what comes through the encryption, and can cut the wire.
final class ConnectionLink: Sendable {
    private let channel: any Channel
    /// What is below the encryption, so that a cut says no good-bye.
    static let wireName = "wire"

    init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Cuts the connection with a reset.
    func reset() {
        let channel = channel
        channel.eventLoop.execute {
            if let socket = channel as? any SocketOptionProvider {
                socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in Self.cut(channel) }
            } else {
                Self.cut(channel)
            }
        }
    }

    private static func cut(_ channel: any Channel) {
        channel.pipeline.context(name: wireName).whenComplete { result in
            switch result {
            case .success(let context): context.close(promise: nil)
            case .failure: channel.close(promise: nil)
            }
        }
    }
}

/// Stands below the encryption; does nothing.
final class Wire: ChannelDuplexHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
}

/// Stands above the encryption; counts what comes.
final class ByteCounter: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let journal: Journal

    init(_ journal: Journal) {
        self.journal = journal
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        journal.count(receivedBytes: unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }
}
