internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// A clone of a disk that is booted once, lists what is on the disk, and is thrown away: for file systems that libguestfs
/// cannot read.
struct ListingClone {
    let machines: BuildMachines

    /// Collects what is on `disk`, which is not written, into `archive`.
    func list(_ disk: FilePath, into archive: FilePath, in folder: FilePath, _ work: StageWork) async throws {
        let hypervisor = try await machines.room.hypervisor()
        try hypervisor.user.own(folder)
        let overlay = folder.appending("disk.qcow2")
        try await BuildDisk.createOverlay(overlay, of: disk, for: hypervisor.user)
        var definition = machines.definition(role: "audit", run: work.run, disk: overlay)
        // The seal has taken the right to run programs from an agent that had it from the build alone.
        if (try? InstalledSystem.load(beside: disk))?.agentWasBlocked == true {
            let seed = folder.appending("seed.img")
            try await CloneSeed.make(seed)
            try hypervisor.user.own(seed)
            definition.seed = seed
        }
        try await machines.withMachine(definition, work) { machine in
            let guest = try await machine.boot(
                deadline: machines.deadlines.boot, stall: machines.deadlines.stall, installUser: nil,
                report: work.report)
            try await guest.watched(stall: machines.deadlines.stall) {
                try await GuestInventory.collect(by: guest.agent, into: archive)
            }
        }
    }
}
