internal import Foundation
internal import HostSystem
internal import Libvirt
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots the disk so far once, runs consecutive guest stages in it, and shuts it down in an orderly way.
///
/// Where an earlier build has frozen such a guest behind the same work, nothing is booted: that guest goes on.
package struct GuestBoot: SharedBoot {
    /// The least work that is worth freezing a guest for, which takes about 3 s.
    private static let worthFreezing: Duration = .seconds(15)
    /// The room that stays free beside a frozen guest's memory.
    private static let spareRoom = ByteCount.gibibytes(1)

    /// How the runner is told that a stage's turn has come.
    package typealias Step = @Sendable (any Stage, () async throws -> Void) async throws -> Void

    let machines: BuildMachines
    let checkpoints: Checkpoints

    /// A boot in the machines of one build, which goes on from `checkpoints` where it can.
    package init(machines: BuildMachines, checkpoints: Checkpoints) {
        self.machines = machines
        self.checkpoints = checkpoints
    }

    package func run(_ stages: [any Stage], _ work: StageWork, step: Step) async throws {
        let stages = try stages.map { stage in
            guard let stage = stage as? any GuestStage else { throw StageMisuse(stage: stage.name) }
            return stage
        }
        let line = try await line(of: stages, work)
        // Only now, so that the line leads to no checkpoint of another recipe.
        try await confirmRecipes(of: stages, work)
        try await checkpoints.withNewest(of: work.mayGoOn ? line.usableKeys : []) { checkpoint in
            do {
                try await run(line, stages, from: checkpoint, work, step)
            } catch let error as CheckpointError {
                work.report("\(error); booting instead")
                checkpoint.map(checkpoints.remove)
                for name in work.folder.folderEntries { try work.folder.appending(name).remove() }
                try await run(line, stages, from: nil, work, step)
            }
        }
    }

    private func line(of stages: [any GuestStage], _ work: StageWork) async throws -> GuestLine {
        let hypervisor = try await machines.room.hypervisor()
        let machine = machines.template.machine
        let accelerator = hypervisor.accelerator.accelerator
        return try await GuestLine(
            stages, disk: work.diskIdentity ?? "",
            machine: [
                "accelerator": accelerator.rawValue, "cpus": "\(accelerator.processors(of: machine.cpus))",
                "memory": "\(machine.memory.bytes)", "bus": machine.diskBus.rawValue, "network": "\(machine.network)",
                "qemu": try await hypervisor.connection.hypervisorVersion(), "libvirt": Connection.libraryVersion,
            ])
    }

    private func confirmRecipes(of stages: [any GuestStage], _ work: StageWork) async throws {
        for stage in stages {
            do {
                try await stage.confirmRecipe(work)
            } catch let error where !(error is CancellationError) {
                throw StageError(stage: stage.name, cause: error)
            }
        }
    }

    private func run(
        _ line: GuestLine, _ stages: [any GuestStage], from checkpoint: Checkpoint?, _ work: StageWork, _ step: Step
    ) async throws {
        guard let base = work.disk else { return }
        let user = try await machines.room.hypervisor().user
        var disks = LayeredDisk(in: work.folder, base: base, user: user)
        if let checkpoint { try disks.adopt(checkpoint.disks) }
        var definition = machines.definition(role: "build", run: work.run, disk: try await disks.grow())
        if let checkpoint { definition.name = checkpoint.record.machine }
        try await withMachine(definition, from: checkpoint, work) { machine in
            let (guest, system) = try await guest(in: machine, from: checkpoint, for: stages[0], work)
            try InstalledSystem.save(system, beside: disks.top)
            let first = line.stops.firstIndex { $0.key == checkpoint?.record.key } ?? 0
            var restPoint = checkpoint == nil ? machine.startTime : ContinuousClock.now
            for (index, stage) in stages.enumerated() {
                try await step(stage) {
                    for stop in line.stops[first...] where stop.stage == index {
                        if line.usableKeys.contains(stop.key), ContinuousClock.now - restPoint > Self.worthFreezing {
                            await freeze(guest, at: stop.key, of: line, system, &disks, work)
                            restPoint = .now
                        }
                        try await guest.watched(stall: machines.deadlines.stall) {
                            try await stop.part.run(guest, work)
                        }
                    }
                    guard index == stages.count - 1 else { return }
                    work.report("shutting down")
                    try await guest.powerOff(deadline: machines.deadlines.shutdown, report: work.report)
                }
            }
        }
        try disks.finish(as: work.folder.appending("disk.qcow2"))
        try confirm(stages, console: work.run.logs.appending("console-build.log"), work)
    }

    private func withMachine(
        _ definition: MachineDefinition, from checkpoint: Checkpoint?, _ work: StageWork,
        _ body: (Machine) async throws -> Void
    ) async throws {
        if let checkpoint {
            return try await machines.withMachine(definition, from: checkpoint.machine, work, body)
        }
        try await checkpoints.withName(definition.name) {
            try await machines.withMachine(definition, work, body)
        }
    }

    /// The guest in a machine that was just started: booted, or gone on from a checkpoint.
    ///
    /// A failed boot is the failure of the stage that wanted the guest.
    private func guest(
        in machine: Machine, from checkpoint: Checkpoint?, for stage: any GuestStage, _ work: StageWork
    ) async throws -> (Guest, InstalledSystem) {
        if let checkpoint {
            work.report("going on from a checkpoint, without a boot")
            let system = checkpoint.record.system
            return (try await machine.goOn(wasBlocked: system.agentWasBlocked), system)
        }
        do {
            work.report("booting the installed system")
            let user = machines.installUser(work.keys)
            let guest = try await machine.boot(
                deadline: machines.deadlines.boot, stall: machines.deadlines.stall, installUser: user,
                report: work.report)
            let isFresh = work.keys.disk == work.keys.byStage[InstallSystem.name]
            let facts = try await guest.watched(stall: machines.deadlines.stall) {
                let facts = try await InstalledSystem.read(in: guest, wasBlocked: guest.wasBlocked)
                // Later layers may have removed again what the installation had brought.
                if isFresh { try await InstallCheck(template: machines.template).run(in: guest) }
                return facts
            }
            return (guest, facts)
        } catch let error where !(error is CancellationError) {
            throw StageError(stage: stage.name, cause: error)
        }
    }

    /// Freezes the guest as it is, for later builds; that it cannot be done is no failure of this one.
    private func freeze(
        _ guest: Guest, at key: StageKey, of line: GuestLine, _ system: InstalledSystem, _ disks: inout LayeredDisk,
        _ work: StageWork
    ) async {
        let machine = guest.machine
        do {
            let hypervisor = try await machines.room.hypervisor()
            let wanted = machine.definition.memory.bytes + Self.spareRoom.bytes
            guard hypervisor.canFreeze, checkpoints.lacks(key), try work.folder.freeSpace().bytes > wanted else {
                return
            }
            let overlay = try await disks.grow()
            let frozen = disks.frozen
            try await checkpoints.make(
                key, line: line.usableKeys, run: work.run, machine: machine.definition.name, system: system
            ) { checkpoint in
                try await hypervisor.freeze(machine, into: checkpoint, overlay: overlay)
                for disk in frozen { try hypervisor.user.release(disk) }
                return frozen
            }
        } catch {
            work.report("no checkpoint was kept: \(error)")
        }
    }

    private func confirm(_ stages: [any GuestStage], console: FilePath, _ work: StageWork) throws {
        for stage in stages {
            do {
                try stage.confirm(console: console, work)
            } catch {
                throw StageError(stage: stage.name, cause: error)
            }
        }
    }
}
