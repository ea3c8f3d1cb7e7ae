internal import Attestation
internal import HostSystem

/// The commit that a release was built from, as far as it can be told.
enum RecipeCommit {
    /// This one, as it is.
    case clean(ObjectID)
    /// This one, with changes that nobody committed.
    case dirty
    /// One that is not in this repository.
    case foreign(String)
    /// There is none.
    case none

    /// Why a release is not tagged.
    var reason: String {
        switch self {
        case .clean: ""
        case .dirty: "the recipe had changes that were not committed; commit them and build the next version"
        case .foreign(let commit): "it was built from the commit \(commit.prefix(12)), which is not in this repository"
        case .none: "the repository has no commit"
        }
    }

    /// What a release's own provenance says of it; for one without, what is checked out.
    static func of(_ provenance: Provenance?, in repository: Repository) async throws -> RecipeCommit {
        let reader = ObjectReader(repository: repository)
        let dependencies = provenance?.buildDefinition.resolvedDependencies ?? []
        if let recorded = dependencies.lazy.compactMap({ $0.digest["gitCommit"] }).first {
            guard provenance?.buildDefinition.internalParameters?["recipeIsDirty"] != .bool(true) else { return .dirty }
            guard let commit = ObjectID(recorded), try await reader.id(of: "\(commit)^{commit}") == commit else {
                return .foreign(recorded)
            }
            return .clean(commit)
        }
        guard let head = try await reader.id(of: "HEAD^{commit}") else { return .none }
        guard try await repository.git(["rev-parse", "--is-bare-repository"]).text == "false" else {
            return .clean(head)
        }
        let changes = try await repository.git(["status", "--porcelain", "--", "."])
        return changes.text.isEmpty ? .clean(head) : .dirty
    }
}
