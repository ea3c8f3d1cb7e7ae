import Foundation
import GuestAgent
import HostSystem
import Logging
import Machines
import ProxmoxStandIn
import Synchronization
import SystemPackage
import VirtualMachineTestSupport

/// Boots the clones of a stand-in cluster for real, on this host's emulator.
struct LabGuestHost: GuestHost {
    let lab: Lab

    func boot(_ machine: MachineState, disk: FilePath) async throws -> any GuestSession {
        LabGuest(of: disk, in: lab)
    }
}

/// A guest that boots, and runs until it is stopped.
final class LabGuest: GuestSession {
    private let agent = Mutex<Agent?>(nil)
    private let work = Mutex<Task<Void, any Error>?>(nil)
    private let end: AsyncStream<Void>.Continuation

    /// Starts an overlay of a disk, and does not wait for it.
    init(of disk: FilePath, in lab: Lab) {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        self.end = end
        let task = Task { [self] in try await run(disk, in: lab, until: ended) }
        work.withLock { $0 = task }
    }

    private func run(_ disk: FilePath, in lab: Lab, until ended: AsyncStream<Void>) async throws {
        let settings = HypervisorSettings(
            state: lab.state, cache: "/var/cache/imagefactory", environment: ProcessInfo.processInfo.environment)
        try await withScratchFolder(in: lab.folder, prefix: "canary") { folder in
            _ = chmod(folder.string, 0o755)
            try await MachineRoom.with(settings, logger: Logger(label: "test"), note: { _ in }) { room in
                let hypervisor = try await room.hypervisor()
                let overlay = folder.appending("disk.qcow2")
                try await BuildDisk.createOverlay(overlay, of: disk, for: hypervisor.user)
                let definition = MachineDefinition(
                    name: "if-canary-\(String.randomHex(digits: 6))", cpus: 2, memory: .gibibytes(1), disk: overlay)
                try await hypervisor.withMachine(definition, consoleLog: folder.appending("console.log")) { machine in
                    let guest = try await machine.boot(
                        deadline: .seconds(600), stall: .seconds(180), installUser: nil, report: { _ in })
                    agent.withLock { $0 = guest.agent }
                    for await _ in ended {}
                }
            }
        }
    }

    func isAgentReady() async -> Bool { agent.withLock { $0 != nil } }

    func interfaces() async throws -> JSON {
        guard let agent = agent.withLock(\.self) else { throw LabGuestError() }
        return .array(try await agent.networkInterfaces().map { ["name": .string($0.name)] })
    }

    func run(_ command: [String]) async throws -> GuestModel.CommandResult {
        guard let agent = agent.withLock(\.self), let program = command.first else { throw LabGuestError() }
        let result = try await agent.execute(program, Array(command.dropFirst()), deadline: .seconds(120))
        return GuestModel.CommandResult(
            exitCode: result.exitCode ?? 1, output: String(decoding: result.standardOutput, as: UTF8.self),
            errors: String(decoding: result.standardError, as: UTF8.self))
    }

    func stop() async {
        end.finish()
        _ = try? await work.withLock(\.self)?.value
    }
}

/// A guest that has not come up yet.
struct LabGuestError: Error {}
