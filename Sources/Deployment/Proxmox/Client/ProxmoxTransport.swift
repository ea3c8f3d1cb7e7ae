internal import HostSystem
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import SystemPackage

/// Takes requests to a server and brings answers back: a connection for each, with deadlines, and a bound on what is read.
struct ProxmoxTransport: Sendable {
    /// The server.
    let endpoint: ProxmoxEndpoint
    /// What makes it the right one.
    let trust: ProxmoxTrust
    /// How long it is waited for.
    let patience: ProxmoxPatience

    /// Sends a request and waits for the answer, whatever its status.
    ///
    /// - Throws: ``ProxmoxError``, `CancellationError`, and what reading a file throws.
    func send(_ request: WireRequest, as title: String, authorization: Secret) async throws -> WireReply {
        try Task.checkCancellation()
        let connection = ProxmoxConnection()
        return try await withTaskCancellationHandler {
            defer { connection.close() }
            do {
                try await connection.open(self) { try trust.handler(for: endpoint.host) }
                return try await connection.exchange(request, head: head(of: request, authorization))
            } catch {
                try Task.checkCancellation()
                throw await explained(error, title, isSecured: connection.isSecured)
            }
        } onCancel: {
            connection.close()
        }
    }

    private func head(of request: WireRequest, _ authorization: Secret) -> HTTPRequestHead {
        let headers = HTTPHeaders([
            ("Host", endpoint.authority), ("Authorization", authorization.reveal()), ("Accept", "application/json"),
            ("User-Agent", "imagefactory"), ("Connection", "close"),
        ])
        return HTTPRequestHead(version: .http1_1, method: request.method, uri: request.uri, headers: headers)
    }

    private func explained(_ error: any Error, _ title: String, isSecured: Bool) async -> any Error {
        if error is ImageTruncatedError || error is Errno { return error }
        if isSecured {
            let kind: ProxmoxError.Kind =
                switch error {
                case WireError.idle, WireError.late: .silent
                case WireError.tooLong: .malformed
                default: .interrupted
                }
            return ProxmoxError(kind: kind, request: title, words: Self.words(error))
        }
        if error is NIOSSLError || error is NIOSSLExtraError || error is BoringSSLError {
            if let problem = await CertificateDiagnosis(transport: self).problem(error) {
                return ProxmoxError(kind: .certificate(problem.kind), request: title, words: problem.words)
            }
        }
        return ProxmoxError(kind: .unreachable, request: title, words: "\(endpoint): \(Self.words(error))")
    }

    /// What an error of a connection means, in words.
    private static func words(_ error: any Error) -> String {
        switch error {
        case WireError.closed: return "the connection was closed without an answer"
        case WireError.idle: return "nothing moved on the connection for too long"
        case WireError.late, ChannelError.connectTimeout: return "there was no answer in time"
        case WireError.tooLong: return "the answer is longer than any answer is"
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else { return "the name has no address" }
            return words(first.error)
        case let error as IOError: return "\(Errno(rawValue: error.errnoCode))"
        default: return "the connection broke: \(TerminalText.plain("\(error)"))"
        }
    }
}
