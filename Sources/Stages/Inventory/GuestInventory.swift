package import Attestation
package import GuestAgent
internal import HostSystem
package import SystemPackage

/// Takes the inventory inside a booted clone of the sealed disk, where libguestfs cannot read the file system of its root:
/// ZFS, or what is encrypted.
///
/// Files that changed since the clone began to boot are left out: it has ids, keys and logs that the sealed disk has not.
package enum GuestInventory {
    /// Where the guest collects it, in memory.
    private static let archive: FilePath = "/run/imagefactory-system.tar"
    /// Hashing all of a large system takes long under emulation.
    private static let deadline: Duration = .seconds(2 * 3600)
    /// The most that is collected: it is held in memory, here and in the guest.
    private static let limit = ByteCount.mebibytes(512)
    /// What `mount-system.sh` mounts.
    private static let readable: Set = ["ext2", "ext3", "ext4", "xfs", "btrfs"]
    /// What libguestfs finds file systems on.
    private static let plain: Set = ["disk", "part", "lvm"]

    /// Whether libguestfs cannot read the file system of the guest's root.
    static func isNeeded(by agent: Agent) async throws -> Bool {
        let lines = """
            findmnt -n -o FSTYPE /
            lsblk -n -s -o TYPE "$(findmnt -n -o SOURCE / | sed 's/\\[.*//')" 2>/dev/null
            true
            """
        let words = try await agent.shell(lines, deadline: .seconds(300)).text.split(whereSeparator: \.isWhitespace)
        return isNeeded(kind: words.first.map(String.init) ?? "", devices: words.dropFirst().map(String.init))
    }

    /// Whether libguestfs cannot read a file system of this kind on devices of these kinds.
    static func isNeeded(kind: String, devices: [String]) -> Bool {
        !readable.contains(kind) || !plain.isSuperset(of: devices)
    }

    /// Takes the inventory of a guest that has just booted.
    ///
    /// - Parameters:
    ///   - folder: Where files stand while it is taken.
    ///   - log: A file that what rpm says is appended to.
    /// - Throws: ``InventoryError``, `AgentError`.
    package static func take(by agent: Agent, in folder: FilePath, log: FilePath? = nil) async throws -> Inventory {
        try await withScratchFolder(in: folder, prefix: "system") { folder in
            let copy = folder.appending("system.tar")
            try await collect(by: agent, into: copy)
            return try await OfflineInventory.read(copy, in: folder, log: log)
        }
    }

    /// Collects what a guest that has just booted has on its disk, into an archive of this host.
    ///
    /// - Throws: ``InventoryError``, `AgentError`.
    package static func collect(by agent: Agent, into copy: FilePath) async throws {
        let boot = try await agent.shell(
            "sed -n 's/^btime //p' /proc/stat", deadline: .seconds(300)
        ).text
        let result = try await agent.execute(
            "/bin/sh", ["-s", "/", archive.string, boot], input: PackageResources.collect_inventory_sh,
            deadline: deadline)
        guard result.succeeded else {
            throw InventoryError.notCollected(reason: "\(result.ending): \(result.errorText.suffix(400))")
        }
        try copy.write(try await agent.read(archive, limit: limit))
    }
}
