internal import Foundation
internal import GuestAgent
internal import HostSystem
internal import SystemPackage

/// What one system has that no other may have, as digests: its secrets stay where they are.
struct IdentityRecord: Sendable, Codable, Equatable {
    /// One thing that identifies the system.
    struct Item: Sendable, Codable, Equatable {
        /// What it is.
        let kind: IdentityKind
        /// Where the system has it: a file, or a name.
        let name: String
        /// The digest of it.
        let digest: Digest
    }

    /// All that was found.
    var items: [Item]
    /// What a system such as this cannot be without.
    var wanted: [IdentityKind]

    private static let fileName = "identities.json"
    /// A clone's lease may take some seconds to come, and its programs are slow under emulation.
    private static let deadline: Duration = .seconds(300)
    /// The most items that are looked at.
    private static let limit = 4096

    /// Asks a booted guest.
    static func take(by agent: Agent) async throws -> IdentityRecord {
        let result = try await agent.execute(
            "/bin/sh", ["-s"], input: PackageResources.list_identities_sh, deadline: deadline)
        guard result.succeeded else { throw IdentityError(reason: "\(result.ending): \(result.errorText.suffix(400))") }
        return try IdentityRecord(reading: result.text)
    }

    /// Reads what the script printed.
    init(reading text: String) throws(IdentityError) {
        items = []
        wanted = []
        for line in text.split(separator: "\n").prefix(Self.limit) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard let kind = fields.first.flatMap(IdentityKind.init) else { throw IdentityError(line: line) }
            if fields.count == 2, fields[1] == "wanted" {
                wanted.append(kind)
            } else if fields.count == 3, let digest = Digest(hex: fields[2]) {
                items.append(Item(kind: kind, name: String(TerminalText.plain(fields[1]).prefix(200)), digest: digest))
            } else {
                throw IdentityError(line: line)
            }
        }
    }

    /// A record of known items.
    init(items: [Item] = [], wanted: [IdentityKind] = []) {
        self.items = items
        self.wanted = wanted
    }

    /// Writes it into a layer's folder, readable by nobody else.
    func save(in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try folder.appending(Self.fileName).write(try encoder.encode(self), mode: .privateFile)
    }

    /// Reads what was saved beside a layer; nil where nothing was.
    static func load(beside disk: FilePath) throws -> IdentityRecord? {
        let file = disk.removingLastComponent().appending(fileName)
        guard file.exists else { return nil }
        return try JSONDecoder().decode(IdentityRecord.self, from: Data(file.readBytes()))
    }
}

/// A guest that does not say what identifies it.
struct IdentityError: Error, CustomStringConvertible {
    /// What it did instead.
    let reason: String

    var description: String { "what identifies the guest could not be found out: \(reason)" }

    init(reason: String) {
        self.reason = TerminalText.plain(reason)
    }

    init(line: some StringProtocol) {
        self.init(reason: "'\(line.prefix(100))' makes no sense")
    }
}
