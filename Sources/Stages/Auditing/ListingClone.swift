internal import Machines
internal import Pipeline
internal import SystemPackage

/// A clone of a disk that is booted once, lists what is on the disk, and is thrown away: for file systems that libguestfs
/// cannot read.
struct ListingClone {
    let machines: BuildMachines

    /// Collects what is on `disk`, which is not written, into `archive`.
    func list(_ disk: FilePath, into archive: FilePath, _ work: StageWork) async throws {
        var clone = Clone("audit", of: disk, for: machines.template.machine)
        clone.seed = machines.agentSeed(beside: disk)
        try await machines.withClone(clone, work) { guest, _ in
            try await GuestInventory.collect(by: guest.agent, into: archive)
        }
    }
}
