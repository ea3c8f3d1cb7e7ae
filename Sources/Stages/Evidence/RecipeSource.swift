internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The git commit that a recipe, the folder with the templates, is at, and whether its files differ from it.
struct RecipeSource: Sendable, Equatable {
    /// The commit's id.
    let commit: String
    /// Whether something in the work tree is not as the commit has it; what git ignores does not count.
    let isDirty: Bool
    /// Where the repository came from, without any credentials; nil for one without a remote called `origin`.
    let origin: String?

    private static let deadline: Duration = .seconds(30)

    /// The source of the recipe in `root`; nil where there is no git, no repository or no commit.
    static func of(_ root: FilePath) async throws -> RecipeSource? {
        do {
            let commit = try await git(["rev-parse", "--verify", "--end-of-options", "HEAD"], in: root)
            let changes = try await git(["status", "--porcelain", "--", "."], in: root)
            let origin = try? await git(["config", "--get", "remote.origin.url"], in: root)
            return RecipeSource(
                commit: commit, isDirty: !changes.isEmpty, origin: origin.flatMap(RepositoryAddress.withoutCredentials))
        } catch is ProgramError {
            return nil
        }
    }

    private static func git(_ arguments: [String], in root: FilePath) async throws -> String {
        // A repository's own settings may name programs to run; none is needed to read it.
        let settings = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
        return try await Program.run(
            "git", settings + arguments, environment: ["GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"], in: root,
            deadline: deadline
        ).text
    }
}
