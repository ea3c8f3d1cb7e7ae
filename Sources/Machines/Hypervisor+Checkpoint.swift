internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import Libvirt
package import SystemPackage

extension Hypervisor {
    /// Whether machines can be frozen here: a restored machine has its old name, which another process may use under a
    /// daemon, and never in a driver of our own.
    package var canFreeze: Bool { root != nil }

    /// Freezes a running guest as it is into `checkpoint`, and lets it go on with its disk at `overlay`.
    ///
    /// - Parameter overlay: A disk that stands on the machine's present one, which nobody writes from now on.
    package func freeze(_ machine: Machine, into checkpoint: MachineCheckpoint, overlay: FilePath) async throws {
        try await machine.domain.snapshot(
            xml: checkpoint.snapshotXML(device: machine.definition.diskBus.device, overlay: overlay))
        let files = MachineFiles(of: machine.definition.name, in: runtime)
        try checkpoint.variables.write(try files.variables.readBytes(limit: .mebibytes(64)))
    }

    /// Brings a frozen guest back, paused, in a machine like `definition`.
    ///
    /// - Throws: ``CheckpointError``.
    func restore(_ definition: MachineDefinition, from checkpoint: MachineCheckpoint) async throws -> Domain {
        let files = MachineFiles(of: definition.name, in: runtime)
        do {
            try files.variables.write(try checkpoint.variables.readBytes(limit: .mebibytes(64)))
            try user.own(files.variables)
            let xml = try MachineCheckpoint.moved(
                try await connection.savedDomain(in: checkpoint.memory), disk: definition.disk, files: files)
            return try await connection.restore(memory: checkpoint.memory, xml: xml, name: definition.name)
        } catch let error where !(error is CancellationError) {
            files.remove()
            throw CheckpointError(reason: "\(error)")
        }
    }
}

extension Machine {
    /// Lets a restored machine run and returns its guest, whose agent answers and whose clock is right again.
    ///
    /// - Throws: ``CheckpointError`` when the agent does not answer in 20 s.
    package func goOn(wasBlocked: Bool) async throws -> Guest {
        try await domain.resume()
        do {
            _ = try await poll(every: .milliseconds(100), deadline: .seconds(20), for: "the restored guest's agent") {
                try? await agent.ping(deadline: .seconds(2))
            }
        } catch let error as DeadlineError {
            throw CheckpointError(reason: "\(error)")
        }
        // A guest that does not take the time from us has its own way to it.
        try? await agent.setTime(Date().timeIntervalSince1970)
        return Guest(machine: self, wasBlocked: wasBlocked)
    }
}
