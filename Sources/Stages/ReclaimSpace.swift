internal import DiskImages
internal import Foundation
internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Looks at the sealed disk offline, in libguestfs's small machine, and gives back the space that nothing on it uses.
///
/// A disk with a damaged partition table or file system is refused: what is wrong with it would be in every image. What
/// the guest deleted or swapped out becomes zeros, so that no image carries it. The sealed disk itself is never written:
/// all that changes is in this layer.
///
/// Starting the small machine takes most of the time, so that it also collects what an inventory is made of, where a later
/// stage wants that: ``TakeInventory`` or ``AuditDisk``.
package struct ReclaimSpace: Stage {
    package static let name = "reclaim-space"
    package static let summary = "check the sealed disk's file systems offline, and leave out what they do not use"
    package static let revision = 3
    package static let product = StageProduct.disk

    private let isListed: Bool
    private let accelerator: @Sendable () async throws -> Accelerator

    /// The look at whatever disk there is; libguestfs's small machine runs by `accelerator`.
    ///
    /// - Parameter isListed: Whether what is on the disk is collected, too.
    package init(isListed: Bool = true, accelerator: @escaping @Sendable () async throws -> Accelerator) {
        self.isListed = isListed
        self.accelerator = accelerator
    }

    package func ingredients() async throws -> Ingredients? {
        let version = try await Program.run("guestfish", ["--version"], deadline: .seconds(60)).text
        return try Ingredients(options: isListed ? [] : ["not listed"], tools: ["guestfish": version])
    }

    package func run(_ work: StageWork) async throws {
        guard let sealed = work.disk else { return }
        let disk = work.folder.appending("disk.qcow2")
        let before = try LayerReader.open(sealed)
        work.report("checking the disk's file systems" + (isListed ? ", and listing what is on them" : ""))
        try await BuildDisk.createOverlay(disk, of: sealed, clusterSize: Self.clusterSize(of: before.size))
        let archive = Self.archive(in: work.folder)
        let words = try await OfflineMachine(accelerator: try await accelerator()).reclaim(
            disk, collectingInto: isListed ? archive : nil, log: work.run.log(of: Self.name))
        try words.disk.refuseDamage()
        var report = words.disk
        report.reclaimed = try before.dataSize() - LayerReader.open(disk).dataSize()
        try report.save(in: work.folder)
        try Self.carryOver(from: sealed, to: disk)
        // Without a system on it, there is nothing to list.
        if isListed, words.system?.hasSystem != true { try archive.remove() }
        for remark in report.remarks + (words.system?.remarks ?? []) { work.report(remark) }
        try disk.sync()
    }

    /// What lies beside the sealed disk is about this one too.
    private static func carryOver(from sealed: FilePath, to disk: FilePath) throws {
        if let system = try? InstalledSystem.load(beside: sealed) { try InstalledSystem.save(system, beside: disk) }
        try IdentityRecord.load(beside: sealed)?.save(in: disk.removingLastComponent())
        let report = sealed.removingLastComponent().appending(SealReport.fileName)
        guard report.exists else { return }
        try disk.removingLastComponent().appending(SealReport.fileName).write(try report.readBytes())
    }

    /// What was collected of the system on the disk in this stage's folder; there is none if no system was found.
    static func archive(in folder: FilePath) -> FilePath {
        folder.appending("system.tar")
    }

    /// Only whole clusters can become zeros, so that small ones, as small as most file systems' blocks, leave the least
    /// behind. Their tables take 8 bytes each: for large disks they are larger, to keep these below 128 MiB.
    static func clusterSize(of size: Int64) -> Int64 {
        var clusterSize: Int64 = 4 << 10
        while clusterSize < 64 << 10, size / clusterSize > 16 << 20 { clusterSize *= 2 }
        return clusterSize
    }
}
