/// What runs a job.
package enum Forge: String, Sendable, CaseIterable {
    /// GitHub Actions.
    case github
    /// GitLab CI.
    case gitlab
    /// Gitea Actions, and Forgejo's, which are the same here.
    case gitea
    /// A hook of a plain git repository.
    case hook

    /// The forge whose runner set `variables`; nil outside of a job.
    ///
    /// Gitea's runner sets GitHub's variables too, so it is asked for first.
    init?(variables: [String: String]) {
        func isSet(_ name: String) -> Bool { variables[name] == "true" }
        if isSet("GITEA_ACTIONS") || isSet("FORGEJO_ACTIONS") {
            self = .gitea
        } else if isSet("GITHUB_ACTIONS") {
            self = .github
        } else if isSet("GITLAB_CI") {
            self = .gitlab
        } else {
            return nil
        }
    }
}
