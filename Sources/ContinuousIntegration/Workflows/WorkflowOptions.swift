internal import Foundation

/// What may differ in the workflows of two repositories.
package struct WorkflowOptions: Sendable, Equatable {
    /// The labels, or GitLab's tags, of runners that have /dev/kvm.
    package let runner: [String]
    /// The names of the forge's secrets that a build gets as variables.
    package let secrets: [String]
    /// The folder on the runners that keeps the layers, such as a volume; nil for the factory's usual one.
    package let state: String?

    /// Options.
    ///
    /// - Throws: ``WorkflowOptionError``, for a word that cannot stand in a workflow.
    package init(runner: [String], secrets: [String], state: String?) throws(WorkflowOptionError) {
        for label in runner where label.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9_.:\-]{0,99}/) == nil {
            throw .badLabel(label)
        }
        for secret in secrets {
            guard secret.wholeMatch(of: /[A-Z][A-Z0-9_]{0,99}/) != nil, !secret.hasPrefix("GITHUB_"),
                !secret.hasPrefix("GITEA_"), !secret.hasPrefix("CI_"), !secret.hasPrefix("GIT_")
            else { throw .badSecret(secret) }
        }
        if let state, state.wholeMatch(of: /(\/[A-Za-z0-9_.\-]+)+/) == nil { throw .badFolder(state) }
        self.runner = runner
        self.secrets = secrets
        self.state = state
    }

    /// The arguments of `ci generate` that give these options.
    func command(_ kind: String) -> String {
        let words = runner.map { "--runner \($0)" } + secrets.map { "--secret \($0)" }
        let folder = state.map { ["--state \($0)"] } ?? []
        return (["ci generate \(kind)"] + words + folder).joined(separator: " ")
    }
}

/// A word that cannot stand in a workflow.
package enum WorkflowOptionError: Error, CustomStringConvertible {
    /// A runner's label.
    case badLabel(String)
    /// A secret's name.
    case badSecret(String)
    /// A folder for the state.
    case badFolder(String)

    package var description: String {
        switch self {
        case .badLabel(let label):
            "'\(label.shown)' cannot be a runner's label; use letters, digits, dots, colons, dashes and underscores"
        case .badSecret(let name):
            "'\(name.shown)' cannot be a secret's name; use capital letters, digits and underscores, and no name of the "
                + "forge's or git's own"
        case .badFolder(let path):
            "'\(path.shown)' cannot be the runners' state; name an absolute path of letters, digits, dots, dashes and "
                + "underscores"
        }
    }
}
