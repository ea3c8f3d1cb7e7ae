internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle

/// Serves metrics over HTTP, without encryption and without asking who is there:
///
/// ```
/// GET /metrics   the metrics, in the format that suits the header Accept; 503 while there are none
/// GET /healthz   ok, as long as the process answers
/// ```
///
/// What a client can ask for is small: at most 64 connections, 16 KiB of headers, no body that anybody reads, and 10 s
/// to say what it wants.
package struct MetricsServer: Sendable {
    private static let connections = 64
    private static let headerBytes = 16 << 10
    private static let headerCount = 100
    private static let patience: TimeAmount = .seconds(10)
    /// How long requests that are under way may take when the server ends.
    private static let farewell: Duration = .seconds(5)

    private let address: ListenAddress
    private let logger: Logger
    private let page: @Sendable (_ accept: String?) async throws -> MetricsPage

    /// A server.
    ///
    /// - Parameter page: Gives the metrics for a header `Accept`. Why it has none is its own to tell; clients learn only
    ///   that there are none.
    package init(
        address: ListenAddress, logger: Logger,
        page: @escaping @Sendable (_ accept: String?) async throws -> MetricsPage
    ) {
        self.address = address
        self.logger = logger
        self.page = page
    }

    /// Serves until the task is cancelled; then new connections are refused, and requests that are under way answered.
    ///
    /// - Parameter onListening: Told once where it listens, with the port that it really has.
    /// - Throws: ``ListenError``.
    package func run(onListening: @escaping @Sendable (ListenAddress) -> Void) async throws {
        let host = address.host
        let application = Application(
            router: router, server: .http1(configuration: Self.limits),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: address.port),
                availableConnectionsDelegate: .maximum(Self.connections, logger: logger)),
            onServerRunning: { onListening(ListenAddress(host: host, port: $0.localAddress?.port ?? 0)) },
            logger: logger)
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.farewell
        configuration.maximumCancellationDuration = Self.farewell
        let group = ServiceGroup(configuration: configuration)
        // A task of its own: cancelled, the server would drop its requests instead of ending them.
        let serving = Task { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch let error as IOError {
            throw ListenError(address, error)
        } catch is SocketAddressError.UnknownHost, is SocketAddressError {
            throw ListenError.unknownHost(address)
        }
    }

    private static var limits: HTTP1Channel.Configuration {
        HTTP1Channel.Configuration(
            idleTimeout: patience,
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: headerBytes, maxHeaderListSize: headerBytes, maxHeaderFieldCount: headerCount))
    }

    private var router: Router<BasicRequestContext> {
        let router = Router(options: .autoGenerateHeadEndpoints)
        router.get("healthz") { _, _ in
            Self.response(.ok, MetricsPage(contentType: "text/plain; charset=utf-8", text: "ok\n"))
        }
        router.get("metrics") { [page] request, _ in
            do {
                return Self.response(.ok, try await page(request.headers[.accept]))
            } catch {
                let text = "There are no metrics now; the server's own messages say why.\n"
                return Self.response(
                    .serviceUnavailable, MetricsPage(contentType: "text/plain; charset=utf-8", text: text))
            }
        }
        return router
    }

    private static func response(_ status: HTTPResponse.Status, _ page: MetricsPage) -> Response {
        Response(
            status: status, headers: [.contentType: page.contentType, .cacheControl: "no-store", .vary: "Accept"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.text)))
    }
}
