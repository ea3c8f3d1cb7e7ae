package import Attestation
internal import HostSystem
package import Machines
package import SystemPackage

/// Takes the inventory of a disk that no machine uses, in libguestfs's small machine.
package struct OfflineInventory: Sendable {
    private let accelerator: Accelerator

    /// The work, with a small machine that runs by `accelerator`.
    package init(accelerator: Accelerator) {
        self.accelerator = accelerator
    }

    /// Takes the inventory of `disk`, which is not written.
    ///
    /// - Parameters:
    ///   - folder: Where files stand while it is taken.
    ///   - log: A file that what libguestfs says is appended to.
    ///   - remark: Takes a line for people who watch.
    /// - Throws: ``InventoryError``, ``OfflineLookError`` when the disk cannot be looked at, `CancellationError`.
    package func take(
        of disk: FilePath, as container: DiskContainer = .qcow2, in folder: FilePath, log: FilePath? = nil,
        remark: @Sendable (String) -> Void = { _ in }
    ) async throws -> Inventory {
        try await withScratchFolder(in: folder, prefix: "system") { folder in
            let archive = folder.appending("system.tar")
            let words = try await OfflineMachine(accelerator: accelerator).collect(
                disk, as: container, into: archive, log: log)
            guard words.hasSystem else { throw InventoryError.noSystem(volumes: words.volumes) }
            words.remarks.forEach(remark)
            return try await Self.read(archive, in: folder, log: log)
        }
    }

    /// The inventory that was collected into `archive`.
    package static func read(_ archive: FilePath, in folder: FilePath, log: FilePath?) async throws -> Inventory {
        try await withScratchFolder(in: folder, prefix: "databases") { folder in
            try await Inventory(reading: try CollectedSystem(archive), in: folder, log: log)
        }
    }
}
