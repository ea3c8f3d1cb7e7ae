internal import Attestation
internal import HostSystem
internal import SystemPackage

/// rpm's database of packages, read by rpm itself from a copy.
struct RPMDatabase {
    private static let places = ["/usr/lib/sysimage/rpm/", "/var/lib/rpm/"]
    private static let deadline: Duration = .seconds(10 * 60)
    /// Between fields and records; no name, version or path of a package has them.
    private static let (field, record) = ("\u{1F}", "\u{1E}")
    private static let missing = "(none)"

    /// The packages.
    private(set) var packages: [InstalledPackage] = []
    /// The packages by the paths that they own.
    private(set) var owners: [String: String] = [:]

    /// Reads a system's database; there are no packages if it has none.
    ///
    /// - Parameter folder: Where the copy goes.
    init(reading system: CollectedSystem, through links: inout LinkMap, in folder: FilePath, log: FilePath? = nil)
        async throws
    {
        let copies = system.copies
        guard let place = Self.places.first(where: { place in copies.contains { $0.hasPrefix(place) } }) else { return }
        let database = folder.appending("rpm")
        try database.createFolder(mode: .privateFolder)
        for path in copies where path.hasPrefix(place) {
            try system.copy(path, to: database.appending(String(path.dropFirst(place.count))))
        }
        let query = Query(database: database, log: log)
        packages = try await query.records(
            [
                "%{NAME}", "%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}", "%{ARCH}", "%{SOURCERPM}", "%{VENDOR}",
                "%{URL}",
                "%{SUMMARY}", "%{LICENSE}",
            ]
        ).map(Self.package).filter { $0.name != "gpg-pubkey" }
        for fields in try await query.records(["%{=NAME}", "%{FILENAMES}"], isList: true).sorted(by: { $0[0] < $1[0] })
        {
            let location = links.location(of: fields[1])
            if owners[location] == nil { owners[location] = fields[0] }
        }
    }

    private static func package(_ fields: [String]) -> InstalledPackage {
        let values = fields.map { $0 == missing || $0.isEmpty ? nil : $0 }
        return InstalledPackage(
            kind: .rpm, name: fields[0], version: fields[1], architecture: values[2] ?? "", source: values[3],
            maintainer: values[4], homepage: values[5], summary: values[6], licences: values[7].map { [$0] } ?? [])
    }

    private struct Query {
        let database: FilePath
        let log: FilePath?

        /// Asks for tags of all packages.
        ///
        /// - Parameter isList: Whether the tags are lists, of which each element makes a record.
        func records(_ tags: [String], isList: Bool = false) async throws -> [[String]] {
            let format = tags.joined(separator: RPMDatabase.field) + RPMDatabase.record
            let output = try await Program.run(
                "rpm",
                [
                    "--dbpath", database.absolute.string, "--nodigest", "--nosignature", "--query", "--all",
                    "--queryformat", isList ? "[\(format)]" : format,
                ], deadline: RPMDatabase.deadline, log: log)
            return try output.standardOutput.split(separator: 0x1E).map { record in
                let fields = record.split(separator: 0x1F, omittingEmptySubsequences: false)
                guard fields.count == tags.count else {
                    throw InventoryError.malformed(
                        part: "rpm", reason: "a package has a field that cannot be told apart")
                }
                return fields.map { isList ? PathText.text(of: $0) : String(decoding: $0, as: UTF8.self) }
            }
        }
    }
}
