internal import Foundation
internal import HostSystem
package import Machines
package import SystemPackage

/// Looks at a disk offline, in libguestfs's small machine, and gives back the space that nothing on it uses.
///
/// A disk with a damaged partition table or file system is refused: what is wrong with it would be in every image. What
/// the guest deleted or swapped out becomes zeros, so that no image carries it. The disk itself is never written: all
/// that changes is in an overlay.
package struct ReclaimSpace: Sendable {
    /// What the disk's file is.
    package enum Container: String, Sendable {
        case qcow2, raw
    }

    /// File systems of a few TiB take long to check under emulation.
    private static let deadline: Duration = .seconds(2 * 3600)

    private let accelerator: Accelerator

    /// The work, with a small machine that runs by `accelerator`.
    package init(accelerator: Accelerator) {
        self.accelerator = accelerator
    }

    /// Makes `overlay` over `disk`, in which what is free is zeros.
    ///
    /// - Parameter log: A file that what libguestfs says is appended to.
    /// - Returns: What was found, and what was done.
    /// - Throws: ``DiskDamageError`` for a disk that must not become an image, ``OfflineLookError`` when it cannot be looked
    ///   at, `CancellationError`; there is no overlay then.
    package func run(
        on disk: FilePath, as container: Container = .qcow2, size: Int64, overlay: FilePath, log: FilePath? = nil
    ) async throws -> DiskReport {
        do {
            try await BuildDisk.createOverlay(
                overlay, of: disk, format: container.rawValue, clusterSize: Self.clusterSize(of: size))
            let report = try await clear(overlay, log: log)
            try report.refuseDamage()
            return report
        } catch {
            try? overlay.remove()
            throw error
        }
    }

    /// Checks the disk in a qcow2 file, and makes zeros of what is free on it.
    func clear(_ overlay: FilePath, log: FilePath? = nil) async throws -> DiskReport {
        try DiskReport(parsing: try await runAppliance(on: overlay, log: log))
    }

    /// Only whole clusters can become zeros, so that small ones, as small as most file systems' blocks, leave the least
    /// behind. Their tables take 8 bytes each: for large disks they are larger, to keep these below 128 MiB.
    static func clusterSize(of size: Int64) -> Int64 {
        var clusterSize: Int64 = 4 << 10
        while clusterSize < 64 << 10, size / clusterSize > 16 << 20 { clusterSize *= 2 }
        return clusterSize
    }

    private func runAppliance(on overlay: FilePath, log: FilePath?) async throws -> String {
        // `debug sh` takes a list in words, in which nothing can be quoted twice.
        let script = Data(PackageResources.reclaim_space_sh).base64EncodedString()
        let commands = [
            [
                "add-drive", overlay.absolute.string, "format:qcow2", "label:image", "discard:enable",
                "cachemode:unsafe",
            ],
            ["run"], ["debug", "sh", "echo \(script) | base64 -d | sh"], ["shutdown"],
        ]
        do {
            return try await Guestfish.run(
                Array(commands.joined(separator: [":"])), accelerator: accelerator, yields: true,
                deadline: Self.deadline, log: log
            ).text
        } catch let error as ProgramError {
            throw OfflineLookError(reason: "\(error)")
        }
    }
}
