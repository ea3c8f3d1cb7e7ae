internal import Attestation
package import HostSystem
internal import NIOHTTP1

/// A cluster's API, by a token.
///
/// What only asks is asked again while the cluster cannot answer. What changes something is sent again only where nothing
/// of it went out: else it may have been done.
package struct ProxmoxClient: Sendable {
    /// How long the cluster is waited for.
    package let patience: ProxmoxPatience
    /// Told what happens, for people.
    let report: @Sendable (String) -> Void
    private let transport: ProxmoxTransport
    private let token: ProxmoxToken
    private let redaction: Redaction

    /// A client.
    ///
    /// - Parameter secrets: What is never told beside the token, whoever says it: passwords that machines get.
    package init(
        endpoint: ProxmoxEndpoint, token: ProxmoxToken, trust: ProxmoxTrust,
        patience: ProxmoxPatience = ProxmoxPatience(), hiding secrets: [Secret] = [],
        report: @escaping @Sendable (String) -> Void
    ) {
        transport = ProxmoxTransport(endpoint: endpoint, trust: trust, patience: patience)
        self.token = token
        self.patience = patience
        let redaction = Redaction(token, secrets)
        self.redaction = redaction
        self.report = { report(redaction.plain($0)) }
    }

    /// A text of the other side's for people: without secrets, and on one line.
    func plain(_ text: some StringProtocol) -> String { TerminalText.plain(redaction.plain(String(text))) }

    /// The token's id, which is no secret.
    package var tokenID: String { token.id }

    /// Asks for something.
    func get<Value: Decodable>(
        _ path: [String], _ parameters: [(String, String)] = [], as type: Value.Type = Value.self
    ) async throws -> Value {
        try await retrying({ $0.isPassing }) {
            try await value(call(.GET, path, query: parameters), type, title(.GET, path))
        }
    }

    /// Asks for a change, and gives what it answers.
    func post<Value: Decodable>(
        _ path: [String], _ parameters: [(String, String)] = [], as type: Value.Type = Value.self
    ) async throws -> Value {
        try await retrying({ $0.wasNotSent }) {
            try await value(call(.POST, path, form: parameters), type, title(.POST, path))
        }
    }

    /// Asks for a change; the task that does it, or nil where it is done at once.
    @discardableResult
    func put(_ path: [String], _ parameters: [(String, String)]) async throws -> String? {
        try await retrying({ $0.wasNotSent }) {
            try await call(.PUT, path, form: parameters).value(String.self)
        }
    }

    /// Asks for a removal; the task that does it, or nil where it is done at once.
    func delete(_ path: [String], _ parameters: [(String, String)] = []) async throws -> String? {
        try await retrying({ $0.wasNotSent }) {
            try await call(.DELETE, path, query: parameters).value(String.self)
        }
    }

    /// Sends a file; it is sent again only where nothing of it went out.
    func upload(_ upload: MultipartUpload, to path: [String]) async throws -> String {
        try await retrying({ $0.wasNotSent }) {
            let reply = try await send(.POST, path, uri(path, []), .upload(upload), deadline: patience.upload)
            return try value(reply, String.self, title(.POST, path))
        }
    }

    private func call(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], form: [(String, String)] = []
    ) async throws -> ProxmoxReply {
        let hasForm = method == .POST || method == .PUT
        let body: WireRequest.WireBody = hasForm ? .form(Array(PercentEncoding.form(form).utf8)) : .none
        return try await send(method, path, uri(path, query), body, deadline: patience.request)
    }

    private func send(
        _ method: HTTPMethod, _ path: [String], _ uri: String, _ body: WireRequest.WireBody, deadline: Duration
    ) async throws -> ProxmoxReply {
        let request = WireRequest(method: method, uri: uri, body: body, deadline: deadline)
        let wire = try await transport.send(request, as: title(method, path), authorization: token.authorization)
        return ProxmoxReply(wire, to: title(method, path), redaction: redaction)
    }

    private func value<Value: Decodable>(_ reply: ProxmoxReply, _ type: Value.Type, _ title: String) throws -> Value {
        guard let value = try reply.value(type) else {
            throw ProxmoxError(kind: .malformed, request: title, words: "the answer has no data")
        }
        return value
    }

    private func uri(_ path: [String], _ query: [(String, String)]) -> String {
        let path = "/api2/json/" + path.map { $0.percentEncoded() }.joined(separator: "/")
        return query.isEmpty ? path : "\(path)?\(PercentEncoding.form(query))"
    }

    private func title(_ method: HTTPMethod, _ path: [String]) -> String {
        "\(method.rawValue) /\(path.joined(separator: "/"))"
    }

    private func retrying<Value>(
        _ isWorthIt: (ProxmoxError) -> Bool, _ body: () async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error as ProxmoxError where attempt < patience.attempts && isWorthIt(error) {
                try await ContinuousClock().sleep(for: patience.retryDelay * attempt)
                attempt += 1
            }
        }
    }
}
