internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

extension Inventory {
    /// The inventory of what was collected of a system.
    ///
    /// - Parameter folder: Where files go that other programs read.
    /// - Throws: ``InventoryError``, `ImageError` for an archive that is broken, `ProgramError` of rpm.
    init(reading system: CollectedSystem, in folder: FilePath, log: FilePath? = nil) async throws {
        var tree = try FileTree(reading: system)
        var links = LinkMap(tree.links)
        var packages = DpkgStatus.packages(of: try system.bytes(of: DpkgStatus.path) ?? [])
        for index in packages.indices {
            packages[index].licences = try CopyrightFiles.licences(
                of: packages[index].name, in: system, through: &links)
        }
        tree.setOwners(try DpkgOwners(reading: system, through: &links).owners)
        let database = try await RPMDatabase(reading: system, through: &links, in: folder, log: log)
        packages += database.packages
        tree.setOwners(database.owners)
        let release = OSRelease(
            try system.text(of: "/etc/os-release") ?? system.text(of: "/usr/lib/os-release") ?? "")
        self.init(
            modified: tree.modified, system: release.system(architecture: Self.architecture(of: packages)),
            packages: packages,
            files: Array(tree.files.values),
            boot: BootFiles.software(tree, packages: packages, commandLine: try KernelCommandLine.find(in: system)),
            accounts: AccountLines.accounts(try system.lines("accounts")),
            groups: AccountLines.groups(try system.lines("groups")),
            units: UnitStates(tree).units(installable: try system.paths("installable")))
    }

    /// The processor that most packages are for.
    private static func architecture(of packages: [InstalledPackage]) -> String {
        let names = packages.map(\.architecture).filter { !["", "all", "noarch"].contains($0) }
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "unknown"
    }
}

extension CollectedSystem {
    /// The paths in a list of nothing else.
    fileprivate func paths(_ list: String) throws -> Set<String> {
        var paths: Set<String> = []
        try forEachRecord(of: list, fields: 1) { paths.insert(PathText.text(of: $0[0].dropFirst())) }
        return paths
    }
}
