internal import Foundation
internal import HostSystem
package import SystemPackage

/// The QEMU agent of one guest.
///
/// Whatever a guest answers is checked for size, type and sense before it is used: a guest may be broken or hostile. Each
/// call throws ``AgentError``, or `CancellationError` at once when its task is cancelled.
package struct Agent: Sendable {
    /// How long one message may take to be answered; the work of a process in the guest is not part of it.
    package let callDeadline: Duration
    /// The folder in the guest that detached scripts live in while they run.
    package let scriptFolder: FilePath

    /// The largest reply: two streams of the 16 MiB that the agent keeps at most of a process's output, as base64.
    private static let replyLimit = 48 << 20

    private let channel: any AgentChannel

    /// The agent at the end of `channel`.
    package init(
        channel: any AgentChannel, callDeadline: Duration = .seconds(20), scriptFolder: FilePath = "/run/imagefactory"
    ) {
        self.channel = channel
        self.callDeadline = callDeadline
        self.scriptFolder = scriptFolder
    }

    /// Returns when the agent answers (`guest-ping`).
    package func ping(deadline: Duration? = nil) async throws {
        _ = try await call("guest-ping", returning: Nothing.self, deadline: deadline)
    }

    /// The agent's version and commands (`guest-info`).
    package func info() async throws -> AgentInfo {
        let info = try await call("guest-info", returning: AgentInfo.self)
        guard info.commands.count <= 1000 else {
            throw AgentError(.malformed, command: "guest-info", message: "\(info.commands.count) commands")
        }
        return info
    }

    /// What the guest says it runs (`guest-get-osinfo`).
    package func osInfo() async throws -> GuestOSInfo {
        try await call("guest-get-osinfo", returning: GuestOSInfo.self)
    }

    /// The guest's network interfaces (`guest-network-get-interfaces`).
    package func networkInterfaces() async throws -> [GuestInterface] {
        let command = "guest-network-get-interfaces"
        let interfaces = try await call(command, returning: [GuestInterface].self)
        guard interfaces.count <= 4096, interfaces.allSatisfy({ $0.addresses.count <= 4096 }) else {
            throw AgentError(.malformed, command: command, message: "too many interfaces or addresses")
        }
        return interfaces
    }

    /// Sets the guest's clock (`guest-set-time`) to `seconds` since 1970.
    package func setTime(_ seconds: Double) async throws {
        let nanoseconds = Int64(seconds * 1000) * 1_000_000
        _ = try await call("guest-set-time", ["time": nanoseconds], returning: Nothing.self)
    }

    /// Asks the guest to power off (`guest-shutdown`).
    ///
    /// The agent does not answer when it works, so silence until `deadline`, or the end of the connection, is success.
    /// That the guest has really ended is the domain's to tell: wait for its event.
    package func shutdown(deadline: Duration = .seconds(5)) async throws {
        do {
            _ = try await call("guest-shutdown", ["mode": "powerdown"], returning: Nothing.self, deadline: deadline)
        } catch let error as AgentError where error.kind == .timedOut || error.kind == .interrupted {
            return
        }
    }

    // MARK: - Messages

    /// A request without arguments.
    func call<Value: Decodable & Sendable>(
        _ command: String, returning type: Value.Type, subject: String = "", deadline: Duration? = nil
    ) async throws -> Value {
        try await call(command, [String: String]?.none, returning: type, subject: subject, deadline: deadline)
    }

    /// One request and its checked reply.
    func call<Arguments: Encodable, Value: Decodable & Sendable>(
        _ command: String, _ arguments: Arguments?, returning type: Value.Type, subject: String = "",
        deadline: Duration? = nil
    ) async throws -> Value {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let request = try encoder.encode(Request(execute: command, arguments: arguments))
        let text = String(decoding: request, as: UTF8.self)
        let limit = deadline ?? callDeadline
        let reply: String
        do {
            reply = try await abandonable { [channel] in try await channel.send(text, deadline: limit) }
        } catch let error as AgentError {
            throw AgentError(
                error.kind, command: command, subject: subject, message: error.message, cause: error.cause)
        }
        return try decode(reply, of: command, subject: subject)
    }

    private func decode<Value: Decodable>(
        _ text: String, of command: String, subject: String
    ) throws -> Value {
        guard text.utf8.count <= Self.replyLimit else {
            throw AgentError(
                .malformed, command: command, subject: subject, message: "the reply has \(text.utf8.count) bytes")
        }
        let reply: Reply<Value>
        do {
            reply = try JSONDecoder().decode(Reply<Value>.self, from: Data(text.utf8))
        } catch {
            throw AgentError(.malformed, command: command, subject: subject, message: Self.explain(error))
        }
        if let refusal = reply.error {
            throw AgentError(.refused, command: command, subject: subject, message: refusal.desc)
        }
        guard let value = reply.return else {
            throw AgentError(
                .malformed, command: command, subject: subject, message: "it has neither a result nor an error")
        }
        return value
    }

    /// Where a reply goes wrong; never a part of it, which may be a secret.
    private static func explain(_ error: any Error) -> String {
        func path(_ context: DecodingError.Context) -> String {
            context.codingPath.map(\.stringValue).joined(separator: ".")
        }
        return switch error as? DecodingError {
        case .typeMismatch(let type, let context)?: "'\(path(context))' is no \(type)"
        case .valueNotFound(_, let context)?: "'\(path(context))' is null"
        case .keyNotFound(let key, let context)?:
            "'\((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))' is missing"
        default: "it is not JSON of the expected form"
        }
    }
}

/// The `return` of commands that have nothing to say.
struct Nothing: Codable, Sendable {}

private struct Request<Arguments: Encodable>: Encodable {
    let execute: String
    let arguments: Arguments?
}

private struct Reply<Value: Decodable>: Decodable {
    struct Refusal: Decodable {
        let desc: String
    }

    let `return`: Value?
    let error: Refusal?
}
