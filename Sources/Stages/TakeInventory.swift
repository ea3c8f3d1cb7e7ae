internal import Attestation
internal import Foundation
internal import HostSystem
package import Machines
package import Pipeline
internal import SystemPackage

/// Lists what is in the sealed disk: its packages, every file with its digest, what boots it, accounts and units.
///
/// The list is a function of the disk's content. The SBOM and the comparison of releases are made from it.
package struct TakeInventory: Stage {
    package static let name = "take-inventory"
    package static let summary = "list the sealed disk's packages, files, boot software, accounts and units"
    package static let revision = 1
    package static let product = StageProduct.report

    /// The report, in the stage's folder.
    package static let fileName = "inventory.json"

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
    static func load(from reports: [String: FilePath]) throws -> Inventory? {
        guard let folder = reports[name] else { return nil }
        return try JSONDecoder().decode(
            Inventory.self, from: Data(folder.appending(fileName).readBytes(limit: .gibibytes(1))))
    }

    package func run(_ work: StageWork) async throws {
        guard let sealed = work.disk else { return }
        work.report("reading the sealed disk")
        let result = try await OfflineInventory(accelerator: try await accelerator())
            .take(of: sealed, in: work.folder, log: work.run.log(of: Self.name))
        for remark in result.remarks { work.report(remark) }
        try work.folder.appending(Self.fileName).write(try result.inventory.json())
    }
}
