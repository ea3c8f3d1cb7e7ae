internal import Foundation
internal import HostSystem

extension Cluster {
    /// What answers a method.
    typealias Handler = @Sendable (isolated Cluster, Call) async throws(APIError) -> Answer

    /// Does what a call asks for.
    func answer(_ exchange: Exchange) async -> Answer {
        await Self.$request.withValue(exchange.index) { await checkedResult(of: exchange) }
    }

    private func checkedResult(of exchange: Exchange) async -> Answer {
        do {
            return try await result(of: exchange).checked(for: exchange, model: model, journal: journal)
        } catch {
            if let kind = error.violation {
                journal.report(kind, error.violationText ?? error.message, request: exchange.index)
            }
            return Answer(error)
        }
    }

    private func result(of exchange: Exchange) async throws(APIError) -> Answer {
        let account = try await account(of: exchange)
        journal.amend(exchange.index) { $0.isAuthenticated = true }
        let call = Call(exchange: exchange, account: account)
        guard exchange.method.takesTokens else {
            throw .violating(.right, 403, "Permission check failed - API tokens may not call this")
        }
        try checkParameters(of: exchange)
        if case .refuse(let status, let message) = exchange.fault {
            // What one node says for another comes as plain text.
            throw status >= 590 ? .early(status, message, body: message) : APIError(status, message)
        }
        if exchange.method.isHandedOn { try checkNode(call) }
        if let rights = exchange.method.rights {
            try access(of: account).check(rights, of: call, release: model.release)
        }
        guard let handler = Self.handlers[exchange.method.name] else {
            throw .violating(.method, 501, "the stand-in does not do \(exchange.method.name)")
        }
        // Nobody is to blame for what others do.
        Self.$request.withValue(nil) { meddle(call) }
        return try await handler(self, call)
    }

    /// Who calls; a wrong token is answered late.
    private func account(of exchange: Exchange) async throws(APIError) -> AccountModel {
        let account = model.accounts.first { account in
            guard let header = exchange.authorization, header.hasPrefix("PVEAPIToken") else { return false }
            let separator = header.dropFirst("PVEAPIToken".count).first
            let token = header.dropFirst("PVEAPIToken".count + 1).prefix { $0 != ";" }
            return (separator == "=" || separator == " ")
                && token.removingPercentEncoding == "\(account.tokenID)=\(account.secret.reveal())"
        }
        if case .refuse(401, let message) = exchange.fault {
            try? await Task.sleep(for: model.failedLoginDelay)
            throw .early(401, message)
        }
        if let account { return account }
        try? await Task.sleep(for: model.failedLoginDelay)
        var error = APIError.early(401, exchange.authorization == nil ? "No ticket" : "Authentication failed!")
        error.violation = .authentication
        throw error
    }

    /// Holds the parameters to the schema.
    private func checkParameters(of exchange: Exchange) throws(APIError) {
        var parameters = exchange.parameters
        if let upload = exchange.upload {
            parameters.merge(upload.fields.mapValues { .string($0) }) { $1 }
            parameters["filename"] = .string(upload.name)
        }
        let problems = SchemaCheck.problems(withParameters: parameters, exchange.method.parameters)
        guard problems.isEmpty else {
            var error = APIError(
                400, "Parameter verification failed.",
                errors: Dictionary(problems.map { ($0.place, $0.message) }) { first, _ in first })
            error.violation = .parameters
            for problem in problems.dropFirst() {
                journal.report(.parameters, "\(exchange.method.name): \(problem)", request: exchange.index)
            }
            error.violationText = "\(exchange.method.name): \(problems[0])"
            throw error
        }
    }

    /// A node that gets a call for another hands it on, if that one is there.
    private func checkNode(_ call: Call) throws(APIError) {
        guard model.nodes.contains(where: { $0.name == call.node }) else {
            throw .died("hostname lookup '\(call.node)' failed - failed to get address info for: \(call.node)")
        }
        if offlineNodes.contains(call.node) { throw .early(595, "No route to host") }
    }

    /// What each method does.
    static let handlers: [String: Handler] = [
        clusterHandlers, storageHandlers, machineHandlers, powerHandlers, taskHandlers,
    ].reduce(into: [:]) { $0.merge($1) { $1 } }
}

extension Answer {
    /// An answer whose data has been held to the schema.
    fileprivate func checked(for exchange: Exchange, model: ClusterModel, journal: Journal) -> Answer {
        let name = exchange.method.name
        let schema = SchemaExceptions.replies[name] ?? exchange.method.reply
        guard let document = try? JSON(parsing: body), let data = document["data"] else {
            journal.report(.reply, "\(name): the answer is no JSON with data", request: exchange.index)
            return self
        }
        for problem in SchemaCheck.problems(withReply: data, schema) {
            journal.report(.reply, "\(name): \(problem)", request: exchange.index)
        }
        guard model.numbersAreTexts else { return self }
        return Answer(data: data.withTextForNumbers, total: document["total"]?.integer)
    }
}
