internal import Foundation
internal import HostSystem

extension Agent {
    /// Runs a program in the guest to its end (`guest-exec`, `guest-exec-status`).
    ///
    /// The agent hands the output over in one reply, and libvirt takes at most 4 MiB of that from a remote host: what may
    /// print more than about 1 MiB, or may restart the agent, belongs into ``runDetached(_:deadline:onOutput:)``.
    ///
    /// - Parameters:
    ///   - program: An absolute path, or a name on the agent's own `PATH`.
    ///   - environment: The whole environment; a `PATH` is added. The agent's own is inherited when this is empty.
    /// - Throws: ``AgentError``, of the kind `overdue` when the program had no end by the deadline and was killed.
    package func execute(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], input: [UInt8] = [],
        deadline: Duration
    ) async throws -> ExecResult {
        let end = ContinuousClock.now + deadline
        let request = ExecRequest(
            path: program, arg: arguments, env: Self.environmentList(environment),
            inputData: input.isEmpty ? nil : Data(input).base64EncodedString(), captureOutput: true)
        let process = try await start(request, deadline: min(callDeadline, deadline))
        do {
            return try await result(of: process, program: program, until: end, limit: deadline)
        } catch let error where error is CancellationError || (error as? AgentError)?.kind == .overdue {
            // Nobody will ask for it again; the agent itself never ends a process.
            await Task { try? await kill(process) }.value
            throw error
        }
    }

    /// Runs lines of `sh` in the guest, with `arguments` as `$1` and so on.
    package func shell(
        _ lines: String, _ arguments: [String] = [], environment: [String: String] = [:], deadline: Duration
    ) async throws -> ExecResult {
        try await execute(
            "/bin/sh", ["-c", lines, "sh"] + arguments, environment: environment, deadline: deadline)
    }

    /// Starts a program; when the task is cancelled meanwhile, the program is killed as soon as its number is known.
    private func start(_ request: ExecRequest, deadline: Duration) async throws -> ExecHandle {
        try Task.checkCancellation()
        let starting = Task {
            let process = try await call(
                "guest-exec", request, returning: ExecHandle.self, subject: request.path, deadline: deadline)
            guard process.pid > 0 else {
                throw AgentError(
                    .malformed, command: "guest-exec", subject: request.path, message: "process id \(process.pid)")
            }
            return process
        }
        do {
            return try await abandonable { try await starting.value }
        } catch let error as CancellationError {
            Task { try? await kill(starting.value) }
            throw error
        }
    }

    private func result(
        of process: ExecHandle, program: String, until end: ContinuousClock.Instant, limit: Duration
    ) async throws -> ExecResult {
        let command = "guest-exec-status"
        var pause = Duration.milliseconds(20)
        var silence: AgentError?
        while true {
            do {
                // Channels count in whole seconds, so that a last look takes one.
                let left = max(.seconds(1), end - ContinuousClock.now)
                let status = try await call(
                    command, process, returning: ExecStatus.self, subject: program, deadline: min(callDeadline, left))
                if status.exited { return try status.result(of: program) }
                silence = nil
            } catch let error as AgentError where error.kind == .refused {
                throw AgentError(
                    .lost, command: command, subject: program,
                    message: "\(error.message); the agent was restarted while the program ran")
            } catch let error as AgentError where error.isPassing {
                // A slow guest may answer the next time; the deadline bounds how often that is tried.
                silence = error
            }
            guard ContinuousClock.now < end else {
                let message = silence == nil ? "it was still running after \(limit)" : "no end was heard of in \(limit)"
                throw AgentError(.overdue, command: "guest-exec", subject: program, message: message, cause: silence)
            }
            // The agent announces nothing, so it is asked again, less and less often.
            try await ContinuousClock().sleep(until: min(end, .now + pause))
            pause = min(pause * 3 / 2, .milliseconds(250))
        }
    }

    private func kill(_ process: ExecHandle) async throws {
        let request = ExecRequest(
            path: "/bin/sh", arg: ["-c", "kill -KILL \(process.pid)"], env: nil, inputData: nil, captureOutput: false)
        _ = try await call("guest-exec", request, returning: ExecHandle.self, deadline: .seconds(2))
    }

    private static func environmentList(_ environment: [String: String]) -> [String]? {
        guard !environment.isEmpty else { return nil }
        let path = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        return path.merging(environment) { $1 }.map { "\($0)=\($1)" }.sorted()
    }
}

private struct ExecRequest: Encodable, Sendable {
    let path: String
    let arg: [String]
    let env: [String]?
    let inputData: String?
    let captureOutput: Bool

    enum CodingKeys: String, CodingKey {
        case path, arg, env
        case inputData = "input-data"
        case captureOutput = "capture-output"
    }
}

private struct ExecHandle: Codable, Sendable {
    let pid: Int64
}

private struct ExecStatus: Decodable, Sendable {
    let exited: Bool
    let exitCode: Int32?
    let signal: Int32?
    let outData: String?
    let errData: String?
    let outTruncated: Bool?
    let errTruncated: Bool?

    enum CodingKeys: String, CodingKey {
        case exited, signal
        case exitCode = "exitcode"
        case outData = "out-data"
        case errData = "err-data"
        case outTruncated = "out-truncated"
        case errTruncated = "err-truncated"
    }

    func result(of program: String) throws(AgentError) -> ExecResult {
        guard (exitCode == nil) != (signal == nil) else {
            throw AgentError(
                .malformed, command: "guest-exec-status", subject: program,
                message: "the process has ended with neither or both of a status and a signal")
        }
        return ExecResult(
            exitCode: exitCode.map(Int.init), signal: signal.map(Int.init),
            standardOutput: try Self.bytes(outData, of: program), standardError: try Self.bytes(errData, of: program),
            isTruncated: outTruncated == true || errTruncated == true)
    }

    private static func bytes(_ text: String?, of program: String) throws(AgentError) -> [UInt8] {
        guard let text else { return [] }
        guard let data = Data(base64Encoded: text) else {
            throw AgentError(
                .malformed, command: "guest-exec-status", subject: program, message: "the output is no base64")
        }
        return Array(data)
    }
}
