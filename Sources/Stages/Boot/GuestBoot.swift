internal import Foundation
internal import HostSystem
internal import Machines
package import Pipeline
internal import SystemPackage

/// Boots the disk so far once, runs consecutive guest stages in it, and shuts it down in an orderly way.
package struct GuestBoot: SharedBoot {
    let machines: BuildMachines

    /// A boot in the machines of one build.
    package init(machines: BuildMachines) {
        self.machines = machines
    }

    package func run(
        _ stages: [any Stage], _ work: StageWork,
        step: @Sendable (any Stage, () async throws -> Void) async throws -> Void
    ) async throws {
        guard let base = work.disk, let last = stages.last else { return }
        let hypervisor = try await machines.room.hypervisor()
        let disk = work.folder.appending("disk.qcow2")
        try await BuildDisk.createOverlay(disk, of: base, for: hypervisor.user)
        let definition = machines.definition(role: "build", run: work.run, disk: disk)
        try await machines.withMachine(definition, work) { machine in
            let guest = try await boot(machine, before: stages[0], work, step)
            for stage in stages {
                try await step(stage) {
                    guard let guestStage = stage as? any GuestStage else { throw StageMisuse(stage: stage.name) }
                    if stage.name == stages[0].name { try InstalledSystem.save(guest.facts, beside: disk) }
                    try await guest.guest.watched(stall: machines.deadlines.stall) {
                        try await guestStage.run(in: guest.guest, work)
                    }
                    guard stage.name == last.name else { return }
                    work.report("shutting down")
                    try await guest.guest.powerOff(deadline: machines.deadlines.shutdown, report: work.report)
                }
            }
        }
        try BuildDisk.finish(disk, from: hypervisor.user)
        let console = work.run.logs.appending("console-build.log")
        for case let stage as any GuestStage in stages {
            do {
                try stage.confirm(console: console)
            } catch {
                throw StageError(stage: stage.name, cause: error)
            }
        }
    }

    /// A failed boot is the failure of the stage that wanted the guest.
    private func boot(
        _ machine: Machine, before stage: any Stage, _ work: StageWork,
        _ step: @Sendable (any Stage, () async throws -> Void) async throws -> Void
    ) async throws -> (guest: Guest, facts: InstalledSystem) {
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
}
