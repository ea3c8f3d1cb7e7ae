internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// A machine on a throw-away overlay of a disk, which stays as it is.
struct Clone: Sendable {
    /// What it is called in its console's log, and in what is said of it.
    let role: String
    /// The disk; never written.
    let disk: FilePath
    /// What the disk's file is, in QEMU's words.
    var format = "qcow2"
    /// The overlay's size in bytes; the disk's own if nil.
    var size: Int64?
    /// What the overlay is attached to.
    var bus: MachineDefinition.DiskBus
    /// Where its network card is plugged in.
    var network: MachineDefinition.Network
    /// Virtual processors.
    var cpus: Int
    /// Memory.
    var memory: ByteCount
    /// What cloud-init is told; nothing at all as a rule, so that nothing hides what the seal left.
    var seed: CloneSeed?

    /// A clone of half the size of a template's machine, so that two have room in the place of one.
    init(_ role: String, of disk: FilePath, for machine: Template.Machine) {
        self.role = role
        self.disk = disk
        bus = MachineDefinition.DiskBus(machine.diskBus)
        network = MachineDefinition.Network(machine.network)
        cpus = max(1, machine.cpus / 2)
        // Never less than a small server needs.
        let half = ByteCount(machine.memory.bytes / 2 / (1 << 20) * (1 << 20))
        memory = max(half, min(machine.memory, .gibibytes(1)))
    }

    /// What it takes of the host.
    var share: HostShare { HostShare(memory: memory, processors: cpus, space: ByteCount(0)) }

    /// Who may run a clone of a template's disk: two at a time at most, and together no more than the template's own
    /// machine takes, for which the build was let in, unless that is too small for two.
    static func admission(for machine: Template.Machine) -> Admission {
        let clone = Clone("", of: "", for: machine)
        let room = HostShare(
            memory: max(machine.memory, ByteCount(clone.memory.bytes * 2)),
            processors: max(machine.cpus, clone.cpus * 2), space: ByteCount(0))
        return Admission(capacity: room, limit: 2)
    }
}

extension BuildMachines {
    /// Boots a clone when there is room for it, lends it to `body` with the time that its boot took, and throws it away.
    func withClone<Result: Sendable>(
        _ clone: Clone, _ work: StageWork, _ body: @escaping @Sendable (Guest, Duration) async throws -> Result
    ) async throws -> Result {
        try await clones.withRoom(for: clone.share, onWait: {}) {
            try await withScratchFolder(in: work.folder, prefix: clone.role) { folder in
                let definition = try await definition(of: clone, in: folder, work)
                return try await boot(definition, clone, work, body)
            }
        }
    }

    private func definition(of clone: Clone, in folder: FilePath, _ work: StageWork) async throws -> MachineDefinition {
        let user = try await room.hypervisor().user
        try user.own(folder)
        let disk = folder.appending("disk.qcow2")
        try await BuildDisk.createOverlay(disk, of: clone.disk, format: clone.format, size: clone.size, for: user)
        var definition = definition(role: clone.role, run: work.run, disk: disk)
        definition.cpus = clone.cpus
        definition.memory = clone.memory
        definition.diskBus = clone.bus
        definition.network = clone.network
        if let seed = clone.seed {
            let image = folder.appending("seed.img")
            try await seed.make(image)
            try user.own(image)
            definition.seed = image
        }
        return definition
    }

    private func boot<Result: Sendable>(
        _ definition: MachineDefinition, _ clone: Clone, _ work: StageWork,
        _ body: @escaping @Sendable (Guest, Duration) async throws -> Result
    ) async throws -> Result {
        do {
            return try await withMachine(definition, work) { machine in
                let guest = try await machine.boot(
                    deadline: deadlines.boot, stall: deadlines.stall, installUser: nil
                ) { work.report("\(clone.role): \($0)") }
                let time = ContinuousClock.now - machine.startTime
                // The clone is thrown away afterwards: what it has not written yet is lost to nobody.
                return try await guest.watched(stall: deadlines.stall) { try await body(guest, time) }
            }
        } catch let failure as MachineFailure {
            throw failure.adding(lines: ["the machine is '\(clone.role)': logs/console-\(clone.role).log"])
        }
    }

    /// The seed without which nobody could look into a clone of this disk; nil where none is needed.
    ///
    /// Where the distribution ships the agent without the right to run programs, the seal has given that state back.
    func agentSeed(beside disk: FilePath) -> CloneSeed? {
        let wasBlocked = (try? InstalledSystem.load(beside: disk))?.agentWasBlocked == true
        return wasBlocked ? CloneSeed(enablesAgent: true) : nil
    }
}
