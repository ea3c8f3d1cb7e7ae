internal import NIOCore

/// What connections share: the journal, the schema, the cluster, and who listens.
final class ServerCore: Sendable {
    /// What came after a request's head.
    enum Body: Sendable {
        case small([UInt8])
        case file(UploadedFile)
    }

    let journal: Journal
    let cluster: Cluster
    private let schema: VendorSchema
    private let nodes: [String: NodeModel]
    private let listeners: Listeners

    init(journal: Journal, cluster: Cluster, schema: VendorSchema, nodes: [NodeModel], listeners: Listeners) {
        self.journal = journal
        self.cluster = cluster
        self.schema = schema
        self.nodes = Dictionary(nodes.map { ($0.name, $0) }) { $1 }
        self.listeners = listeners
    }

    /// A file for an upload; nil where none is kept.
    func newFile() -> KeptFile? { cluster.model.keptUploads.flatMap { try? KeptFile(in: $0) } }

    /// Notes a request.
    func open(_ head: RequestHead, node: String) -> (index: Int, fault: Fault?) {
        let path = head.path ?? head.target
        let found = schema.methods(ofPath: path)
        return journal.open(
            node: node, method: head.method, path: path, endpoint: found?.methods[head.method]?.name,
            names: found?.names ?? [:])
    }

    /// Checks how a body is to come; gives the boundary of an upload's.
    func checkFraming(of head: RequestHead, node: String) throws(APIError) -> String? {
        guard head.headers.count <= 64 else { throw .violating(.protocolRule, 501, "too many http header lines") }
        guard head.isUpload else { return nil }
        guard head.header("transfer-encoding") == nil, let length = head.header("content-length").flatMap({ Int($0) })
        else { throw .violating(.protocolRule, 501, "chunked transfer encoding not supported") }
        guard
            let match = head.header("content-type")?
                .wholeMatch(of: /multipart\/form-data; ?boundary=("?)([-0-9a-zA-Z'()+_,.\/:=?]{1,70})\1/)
        else { throw .violating(.protocolRule, 500, "unable to parse the upload's content type") }
        if let node = nodes[node], length > node.temporarySpace { throw .early(0, "No space left on device") }
        return String(match.2)
    }

    /// Answers a request that has come whole; nil cuts the connection.
    func answer(
        _ body: Result<Body, APIError>, head: RequestHead, node: String, index: Int, fault: Fault?
    ) async -> Answer? {
        let answer: Answer?
        do throws(APIError) {
            let exchange = try exchange(try body.get(), head: head, node: node, index: index, fault: fault)
            answer = await cluster.answer(exchange)
        } catch {
            if let kind = error.violation { journal.report(kind, error.message, request: index) }
            answer = error.status == 0 ? nil : Answer(error)
        }
        if let answer, fault != .loseReply { journal.amend(index) { $0.status = answer.status } }
        if case .restartNode = fault { await cluster.takeDown(node) }
        return answer
    }

    private func exchange(
        _ body: Body, head: RequestHead, node: String, index: Int, fault: Fault?
    ) throws(APIError) -> Exchange {
        guard let path = head.path, !path.contains("//"), let found = schema.methods(ofPath: path) else {
            throw .violating(.method, 501, "Path '\(head.target)' not implemented")
        }
        guard let method = found.methods[head.method] else {
            throw .violating(.method, 501, "Method '\(head.method) \(path)' not implemented")
        }
        var upload: UploadedFile?
        var parameters: [String: JSON] = [:]
        do throws(Form.Malformed) {
            parameters = try Form.parse(head.query)
            switch body {
            case .file(let file): upload = file
            case .small(let bytes):
                guard bytes.isEmpty || ["POST", "PUT"].contains(head.method) else {
                    throw Form.Malformed(message: "Unexpected content for method '\(head.method)'")
                }
                parameters.merge(try Form.parse(body: bytes, contentType: head.header("content-type"))) { $1 }
            }
        } catch {
            throw .violating(.protocolRule, 501, error.message)
        }
        for (name, value) in found.names {
            guard parameters.updateValue(.string(value), forKey: name) == nil else {
                throw .violating(.protocolRule, 400, "duplicate parameter '\(name)' in path and body")
            }
        }
        let known = parameters
        journal.amend(index) { $0.parameters = RecordedRequest.redacted(known) }
        return Exchange(
            index: index, node: node, method: method, parameters: parameters,
            authorization: head.header("authorization"), upload: upload, fault: fault)
    }
}

extension ServerCore {
    /// Closes every door until somebody recovers them.
    func refuseConnections() {
        listeners.closeAll()
    }

    /// Whether the doors close before the next request; what is connected is cut, but for who still gets an answer.
    func refusesNext(afterAnswerTo channel: any Channel) -> Bool {
        guard journal.takeRefusalOfNext() else { return false }
        listeners.closeAll(sparing: channel)
        return true
    }

    /// Closes the door of a node that is down, and brings both up again after a while.
    ///
    /// - Parameter channel: Who still gets an answer.
    func restart(_ node: String, pause: Duration, afterAnswerTo channel: any Channel) {
        listeners.restart(node, pause: pause, sparing: channel) { [cluster] in await cluster.bringUp(node) }
    }
}
