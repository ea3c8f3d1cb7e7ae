internal import Foundation
internal import GuestAgent
internal import HostSystem

/// The way to a guest's agent through the cluster's API, which passes on a few of the agent's commands.
struct ProxmoxAgentChannel: AgentChannel {
    let client: ProxmoxClient
    let place: MachinePlace

    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        let command: Command
        do {
            command = try JSONDecoder().decode(Command.self, from: Data(request.utf8))
        } catch {
            throw AgentError(.malformed, command: "?", message: "the request cannot be read")
        }
        do {
            return try await withDeadline(deadline, for: command.execute) { try await answer(command) }
        } catch let error as AgentError {
            throw error
        } catch let error as ProxmoxError where error.kind == .refused(500) {
            // The API does not tell a guest without an agent from an agent that refuses.
            throw AgentError(command.isPing ? .unreachable : .refused, command: command.execute, message: error.words)
        } catch let error as ProxmoxError {
            let kind: AgentError.Kind = error.isPassing ? .interrupted : .gone
            throw AgentError(kind, command: command.execute, message: error.words, cause: error)
        } catch {
            throw AgentError(.timedOut, command: command.execute, message: "\(error)")
        }
    }

    private func answer(_ command: Command) async throws -> String {
        let arguments = command.arguments
        switch command.execute {
        case "guest-ping":
            _ = try await client.post(place.path + ["agent", "ping"], as: Ignored.self)
            return #"{"return": {}}"#
        case "guest-exec":
            let words = ([arguments?.path ?? ""] + (arguments?.arg ?? [])).map { ("command", $0) }
            let started: Started = try await client.post(place.path + ["agent", "exec"], words)
            return #"{"return": {"pid": \#(started.pid.value)}}"#
        case "guest-exec-status":
            let pid = [("pid", "\(arguments?.pid ?? 0)")]
            let status: Status = try await client.get(place.path + ["agent", "exec-status"], pid)
            return String(decoding: try JSONEncoder().encode(["return": status]), as: UTF8.self)
        default:
            throw AgentError(.refused, command: command.execute, message: "the cluster's API does not pass it on")
        }
    }

    private struct Command: Decodable {
        let execute: String
        let arguments: Arguments?

        var isPing: Bool { execute == "guest-ping" }
    }

    private struct Arguments: Decodable {
        let path: String?
        let arg: [String]?
        let pid: Int?
    }

    private struct Started: Decodable {
        let pid: LooseInt
    }

    /// A program's status: read as the API has it, with plain output, and written as the agent itself has it.
    private struct Status: Codable {
        let exited: Bool
        let exitcode: Int?
        let signal: Int?
        let output: String?
        let errors: String?

        private enum CodingKeys: String, CodingKey {
            case exited, exitcode, signal
            case output = "out-data"
            case errors = "err-data"
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            exited = try values.decode(LooseBool.self, forKey: .exited).value
            exitcode = try values.decodeIfPresent(LooseInt.self, forKey: .exitcode)?.value
            signal = try values.decodeIfPresent(LooseInt.self, forKey: .signal)?.value
            output = try values.decodeIfPresent(String.self, forKey: .output).map(Self.encoded)
            errors = try values.decodeIfPresent(String.self, forKey: .errors).map(Self.encoded)
        }

        private static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
    }
}
