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
    /// Where overlays of their disks lie.
    let folder: FilePath
    /// What runs them.
    let hypervisor: Hypervisor

    /// Lends a host, of which a process can have one.
    static func with<Result>(in lab: Lab, _ body: (LabGuestHost) async throws -> Result) async throws -> Result {
        let settings = HypervisorSettings(
            state: lab.state, cache: "/var/cache/imagefactory", environment: ProcessInfo.processInfo.environment)
        return try await withScratchFolder(in: lab.folder, prefix: "canary") { folder in
            _ = chmod(folder.string, 0o755)
            return try await MachineRoom.with(settings, logger: Logger(label: "test"), note: { _ in }) { room in
                try await body(LabGuestHost(folder: folder, hypervisor: try await room.hypervisor()))
            }
        }
    }

    func boot(_ machine: MachineState, disk: FilePath) async throws -> any GuestSession {
        LabGuest(of: disk, on: self)
    }
}

/// A guest that boots, and runs until it is stopped.
final class LabGuest: GuestSession {
    private let agent = Mutex<Agent?>(nil)
    private let work = Mutex<Task<Void, Never>?>(nil)
    private let end: AsyncStream<Void>.Continuation

    /// Starts an overlay of a disk, and does not wait for it.
    init(of disk: FilePath, on host: LabGuestHost) {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        self.end = end
        let task = Task { [self] in
            do {
                try await run(disk, on: host, until: ended)
            } catch {
                print("the guest does not run: \(error)")
            }
        }
        work.withLock { $0 = task }
    }

    private func run(_ disk: FilePath, on host: LabGuestHost, until ended: AsyncStream<Void>) async throws {
        let name = "if-canary-\(String.randomHex(digits: 6))"
        let overlay = host.folder.appending("\(name).qcow2")
        // The account that runs QEMU reads it.
        _ = chmod(disk.string, 0o644)
        try await BuildDisk.createOverlay(overlay, of: disk, for: host.hypervisor.user)
        let definition = MachineDefinition(name: name, cpus: 2, memory: .gibibytes(1), disk: overlay)
        let console = host.folder.appending("\(name).log")
        try await host.hypervisor.withMachine(definition, consoleLog: console) { machine in
            let guest = try await machine.boot(
                deadline: .seconds(600), stall: .seconds(180), installUser: nil, report: { _ in })
            agent.withLock { $0 = guest.agent }
            for await _ in ended {}
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
        await work.withLock(\.self)?.value
    }
}

/// A guest that has not come up yet.
struct LabGuestError: Error {}
