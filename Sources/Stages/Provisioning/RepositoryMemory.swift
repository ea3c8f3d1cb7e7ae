internal import Foundation
internal import HostSystem
internal import Pipeline
package import SystemPackage

/// The package repositories that a provisioning was seen to read, with the digests of their metadata, in
/// `STATE/repositories/`.
///
/// What a repository holds shapes the disk as much as a script does, but which repositories a guest reads is known only
/// after it did. So the first time is the measure: as long as they say what they said then, the key is that of the steps
/// alone; as soon as one says something else, its digest is part of the key.
package struct RepositoryMemory: Sendable {
    /// What is known of one provisioning.
    struct Entry: Codable, Sendable, Equatable {
        /// The digests by address when it was first done.
        var first: [String: Digest]
        /// The digests when they were last asked for, for when a repository cannot be reached.
        var last: [String: Digest]
        /// When it was last done, in seconds since 1970.
        var done: Double
    }

    private let folder: FilePath
    private let answers = Answers()

    /// The memory in `folder`; for one build, in which every repository is asked once.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// The ingredients with the digests of those repositories that say something else than when the provisioning was
    /// first done.
    func ingredients(_ own: Ingredients) async throws -> Ingredients {
        guard var entry = entry(of: own) else { return own }
        let current = await answers.digests(of: entry.first.keys.sorted(), otherwise: entry.last)
        if current != entry.last {
            entry.last = current
            try save(entry, of: own)
        }
        let changes = current.filter { entry.first[$0.key] != $0.value }
        let named = changes.map { ("repository \($0.key)", $0.value) }
        return own.adding(inputs: Dictionary(uniqueKeysWithValues: named))
    }

    /// How long ago the provisioning with these ingredients was last done; nil if it reads no repository.
    func age(of own: Ingredients) -> Duration? {
        entry(of: own).map { .seconds(Date().timeIntervalSince1970 - $0.done) }
    }

    /// Remembers what a guest has read.
    func note(_ seen: [String: Digest], by own: Ingredients) throws {
        guard !seen.isEmpty else { return }
        var entry = entry(of: own) ?? Entry(first: seen, last: seen, done: 0)
        entry.first.merge(seen) { first, _ in first }
        entry.last.merge(seen) { $1 }
        entry.done = Date().timeIntervalSince1970
        try save(entry, of: own)
    }

    private func entry(of own: Ingredients) -> Entry? {
        guard let path = try? path(of: own), let bytes = try? path.readBytes(limit: .mebibytes(4)) else { return nil }
        return try? JSONDecoder().decode(Entry.self, from: Data(bytes))
    }

    private func save(_ entry: Entry, of own: Ingredients) throws {
        try folder.createFolder()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try path(of: own).writeAtomically(try encoder.encode(entry))
    }

    private func path(of own: Ingredients) throws -> FilePath {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return folder.appending("\(Digest.of(try encoder.encode(own)).hex).json")
    }
}

/// What repositories say now. Each is asked once, so that a build sees one state of it from its beginning to its end.
private actor Answers {
    private static let deadline: Duration = .seconds(20)
    /// The longest metadata that is read; Debian's InRelease has 0.2 MiB, a large repomd.xml less.
    private static let limit = 32 << 20

    private var tasks: [String: Task<Digest?, Never>] = [:]

    /// The digests of the metadata at `addresses`; one that cannot be reached says what it said last.
    func digests(of addresses: [String], otherwise last: [String: Digest]) async -> [String: Digest] {
        for address in addresses where tasks[address] == nil {
            tasks[address] = Task { try? await Self.digest(of: address) }
        }
        var digests: [String: Digest] = [:]
        for address in addresses { digests[address] = await tasks[address]?.value ?? last[address] }
        return digests
    }

    private static func digest(of address: String) async throws -> Digest {
        let output = try await Program.run(
            "curl",
            [
                "--fail", "--location", "--silent", "--show-error", "--proto", "=http,https", "--proto-redir",
                "=http,https", "--max-filesize", "\(limit)", "--max-time", "\(deadline.components.seconds)", "--",
                address,
            ], deadline: deadline + .seconds(5))
        return Digest.of(output.standardOutput)
    }
}
