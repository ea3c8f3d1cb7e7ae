internal import Attestation
internal import Foundation
internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Lists what is in the sealed disk: its packages, every file with its digest, what boots it, accounts and units.
///
/// The list is a function of the disk's content. The SBOM and the comparison of releases are made from it. What it is made
/// of was collected by ``ReclaimSpace``; in a pipeline without that, libguestfs's small machine is started here. Where libguestfs
/// cannot read the disk, ``ProveSeal`` takes the inventory in the clone.
package struct TakeInventory: Stage {
    package static let name = "take-inventory"
    package static let summary = "list the sealed disk's packages, files, boot software, accounts and units"
    package static let revision = 2
    package static let product = StageProduct.report

    /// The report, in the stage's folder.
    package static let fileName = "inventory.json"

    /// What is on a disk that libguestfs finds no system on, a volume a line, in the stage's folder.
    private static let volumesFileName = "volumes"

    private let accelerator: @Sendable () async throws -> Accelerator

    /// The inventory of whatever disk there is; libguestfs's small machine runs by `accelerator`.
    package init(accelerator: @escaping @Sendable () async throws -> Accelerator) {
        self.accelerator = accelerator
    }

    package func ingredients() async throws -> Ingredients? {
        try Ingredients(options: [String](), tools: try await Self.tools())
    }

    /// The versions of what reads the disk.
    static func tools() async throws -> [String: String] {
        var versions: [String: String] = [:]
        for tool in ["guestfish", "rpm"] {
            versions[tool] = try await Program.run(tool, ["--version"], deadline: .seconds(60)).text
        }
        return versions
    }

    /// The inventory among a run's reports; nil where its pipeline takes none.
    ///
    /// - Throws: ``InventoryError/noSystem(volumes:)`` where libguestfs could not read the disk and no clone was asked.
    static func load(from reports: [String: FilePath]) throws -> Inventory? {
        guard let folder = reports[name] else { return nil }
        let places = [folder, reports[ProveSeal.name]].compactMap { $0?.appending(fileName) }
        guard let file = places.first(where: \.exists) else {
            let volumes = try folder.appending(volumesFileName).readText()
            throw InventoryError.noSystem(volumes: volumes.split(separator: "\n").map(String.init))
        }
        return try JSONDecoder().decode(Inventory.self, from: Data(file.readBytes(limit: .gibibytes(1))))
    }

    package func run(_ work: StageWork) async throws {
        guard let disk = work.disk else { return }
        do {
            let inventory = try await inventory(of: disk, work)
            try work.folder.appending(Self.fileName).write(try inventory.json())
            work.report("\(inventory.packages.count) packages, \(inventory.files.count) files")
        } catch InventoryError.noSystem(let volumes) {
            try work.folder.appending(Self.volumesFileName).write(volumes.joined(separator: "\n").utf8)
            work.report("libguestfs finds no system on the disk; it is for the clone of the disk to list what is there")
        }
    }

    private func inventory(of disk: FilePath, _ work: StageWork) async throws -> Inventory {
        let log = work.run.log(of: Self.name)
        let collected = ReclaimSpace.archive(in: disk.removingLastComponent())
        if collected.exists { return try await OfflineInventory.read(collected, in: work.folder, log: log) }
        if let report = try DiskReport.load(from: disk.removingLastComponent()) {
            throw InventoryError.noSystem(volumes: report.volumes.map(\.description))
        }
        work.report("listing what is on the disk")
        return try await OfflineInventory(accelerator: try await accelerator()).take(
            of: disk, in: work.folder, log: log, remark: work.report)
    }
}
