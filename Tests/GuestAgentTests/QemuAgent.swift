import Foundation
import GuestAgent
import HostSystem
import SystemPackage

/// QEMU's own agent, running on this host for one test.
struct QemuAgent: Sendable {
    /// The agent under test.
    let agent: Agent
    /// The channel to it, which keeps what was sent.
    let channel: SocketChannel
    /// A folder for the test's files; the agent and the test see the same one.
    let folder: FilePath

    private var socket: FilePath { folder.appending("ga.sock") }

    /// Lends an agent with the commands `blocked` disabled, and ends it afterwards.
    static func with<Result: Sendable>(
        blocked: [String] = [], callDeadline: Duration = .seconds(20),
        _ body: @escaping @Sendable (QemuAgent) async throws -> Result
    ) async throws -> Result {
        try await lend(callDeadline: callDeadline) { fixture in
            try await fixture.running(blocked: blocked) { try await body(fixture) }
        }
    }

    /// Lends an agent that does not run yet; `running` makes it.
    static func lend<Result>(
        callDeadline: Duration = .seconds(20), _ body: (QemuAgent) async throws -> Result
    ) async throws -> Result {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "qga") { folder in
            let channel = SocketChannel(path: folder.appending("ga.sock"))
            let agent = Agent(
                channel: channel, callDeadline: callDeadline, scriptFolder: folder.appending("scripts"))
            return try await body(QemuAgent(agent: agent, channel: channel, folder: folder))
        }
    }

    /// Runs the agent's program while `body` runs.
    func running<Result: Sendable>(
        blocked: [String] = [], _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                // A socket left by an agent that was killed would be refused.
                try? socket.remove()
                let block = blocked.isEmpty ? [] : ["-b", blocked.joined(separator: ",")]
                let arguments = [
                    "-m", "unix-listen", "-p", socket.string, "-t", folder.string,
                    "-f", folder.appending("ga.pid").string,
                ]
                try await Program.run("/usr/sbin/qemu-ga", arguments + block, deadline: .seconds(300))
                return nil
            }
            group.addTask {
                try await poll(every: .milliseconds(20), deadline: .seconds(20), for: "the agent's socket") {
                    try? await agent.ping()
                }
                return try await body()
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
