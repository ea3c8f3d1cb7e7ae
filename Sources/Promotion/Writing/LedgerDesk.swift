internal import HostSystem
package import SystemPackage

/// Where a repository's ledger is written: one place for all who promote, approve, roll back and revoke.
package struct LedgerDesk: Sendable {
    /// The repository.
    package let repository: Repository
    /// The remote that the ledger is shared by; nil for one that nobody shares.
    package let remote: String?
    /// With which key tags are signed.
    let signing: TagSigning
    /// The folder in which verdicts about signatures are remembered; nil for none.
    let memory: FilePath?
    /// The template of each series; nil in a repository without templates.
    let templates: [String: String]?

    /// A desk.
    package init(
        repository: Repository, remote: String?, signing: TagSigning = .settings, memory: FilePath? = nil,
        templates: [String: String]? = nil
    ) {
        self.repository = repository
        self.remote = remote
        self.signing = signing
        self.memory = memory
        self.templates = templates
    }

    /// The remote of a name, or `origin` where that exists; nil in a repository without it.
    ///
    /// - Throws: ``UnknownRemoteError`` for a name that is no remote.
    package static func remote(named name: String?, of repository: Repository) async throws -> String? {
        let names = try await repository.git(["remote"]).text.split(separator: "\n").map(String.init)
        guard let name else { return names.contains("origin") ? "origin" : nil }
        guard names.contains(name) else { throw UnknownRemoteError(name: name, known: names) }
        return name
    }

    /// Brings the ledger here and begins a change of it; of one series, or of all.
    package func open(_ series: String?) async throws -> LedgerChange {
        let refs = try await LedgerRefs(repository, remote: remote, templates: templates).refresh(series)
        let reader = LedgerReader(repository: repository, memory: memory, templates: templates)
        return LedgerChange(desk: self, reading: try await reader.read(series), refs: refs)
    }

    /// The policy of the commit that is checked out; the usual one where it has none.
    ///
    /// - Throws: `YAMLError` with what is wrong in it, `ProgramError`.
    package func policy() async throws -> PromotionPolicy {
        guard try await hasCommit else { return PromotionPolicy() }
        let prefix = try await repository.git(["rev-parse", "--show-prefix"]).text
        let path = "HEAD:\(prefix)\(PromotionPolicy.file)"
        switch try await ObjectReader(repository: repository).read(path, limit: Self.policyLimit) {
        case .missing: return PromotionPolicy()
        case .object("blob", let bytes): return try PromotionPolicyReader.read(bytes)
        case .object, .tooLong: throw PolicyFileError()
        }
    }

    /// The longest policy that is read, in bytes.
    private static let policyLimit = 1 << 20

    private var hasCommit: Bool {
        get async throws { try await ObjectReader(repository: repository).id(of: "HEAD^{commit}") != nil }
    }
}

/// A remote that the repository does not have.
package struct UnknownRemoteError: Error, CustomStringConvertible {
    /// The name.
    package let name: String
    /// The names that it has.
    package let known: [String]

    package var description: String {
        let others =
            known.isEmpty ? "there is none; add it by 'git remote add'" : "there are: " + known.joined(separator: ", ")
        return "the repository has no remote '\(name)'; \(others)"
    }
}

/// A policy that is no file.
package struct PolicyFileError: Error, CustomStringConvertible {
    package var description: String {
        "\(PromotionPolicy.file) is no file of at most 1 MiB in the commit that is checked out"
    }
}
