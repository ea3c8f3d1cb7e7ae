package import Attestation
internal import Foundation
internal import HostSystem
package import Machines
package import SystemPackage

/// Takes the inventory of a disk that no machine uses, in libguestfs's small machine.
///
/// ```
/// disk ──read-only──▶ mount-system.sh ▶ collect-inventory.sh ──tar──▶ a second disk, a sparse file ──▶ Inventory
/// ```
/// The disk is never written; what a journal has to give back goes into an overlay that is thrown away. What is collected is
/// not passed through libguestfs's own messages, which are too small for it.
package struct OfflineInventory: Sendable {
    /// A format of disk files that the small machine reads.
    package enum Container: String, Sendable, CaseIterable {
        case qcow2, raw, vmdk
        /// Microsoft's VHD, by QEMU's name.
        case vhd = "vpc"
    }

    /// An inventory, and what taking it took.
    package struct Result: Sendable {
        /// The inventory.
        package let inventory: Inventory
        /// What a person who watches should know, a line each.
        package let remarks: [String]
    }

    /// Hashing a few TiB takes long under emulation.
    private static let deadline: Duration = .seconds(2 * 3600)
    /// The most that may be collected; the file is sparse.
    private static let reportSize = ByteCount.gibibytes(4)

    private let accelerator: Accelerator

    /// The work, with a small machine that runs by `accelerator`.
    package init(accelerator: Accelerator) {
        self.accelerator = accelerator
    }

    /// Takes the inventory of `disk`.
    ///
    /// - Parameters:
    ///   - folder: Where files stand while it is taken.
    ///   - log: A file that what libguestfs says is appended to.
    /// - Throws: ``InventoryError``, ``OfflineLookError`` when the disk cannot be looked at, `CancellationError`.
    package func take(
        of disk: FilePath, as container: Container = .qcow2, in folder: FilePath, log: FilePath? = nil
    ) async throws -> Result {
        try await withScratchFolder(in: folder, prefix: "inventory") { folder in
            let clock = ContinuousClock()
            let start = clock.now
            let report = folder.appending("report.tar")
            try Self.makeSparseFile(report)
            let words = try ApplianceWords(
                parsing: try await runAppliance(on: disk, container, report: report, log: log))
            let collected = clock.now
            let inventory = try await Inventory(reading: try CollectedSystem(report), in: folder, log: log)
            return Result(
                inventory: inventory,
                remarks: words.remarks(
                    files: inventory.files.count, packages: inventory.packages.count, collecting: collected - start,
                    reading: clock.now - collected))
        }
    }

    private func runAppliance(
        on disk: FilePath, _ container: Container, report: FilePath, log: FilePath?
    ) async throws -> String {
        let scripts = [PackageResources.mount_system_sh, PackageResources.collect_inventory_sh]
            .map { Data($0).base64EncodedString() }
        // `debug sh` takes a list in words, in which nothing can be quoted twice.
        let lines = [
            "echo \(scripts[0]) | base64 -d >/tmp/mount", "echo \(scripts[1]) | base64 -d >/tmp/collect",
            "if sh /tmp/mount /tmp/system",
            "then sh /tmp/collect /tmp/system $(readlink -e /dev/disk/guestfs/report)", "else echo none", "fi",
        ]
        let commands = [
            ["set-smp", "2"],
            [
                "add-drive", disk.absolute.string, "format:\(container.rawValue)", "label:image", "readonly:true",
                "cachemode:unsafe",
            ],
            ["add-drive", report.absolute.string, "format:raw", "label:report", "cachemode:unsafe"],
            ["run"], ["debug", "sh", lines.joined(separator: "; ")], ["shutdown"],
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

    private static func makeSparseFile(_ path: FilePath) throws {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
        try file.closeAfter { try file.resize(to: reportSize.bytes) }
    }
}
