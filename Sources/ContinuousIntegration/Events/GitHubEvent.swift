/// An event of GitHub Actions.
///
/// `GITHUB_SHA` is the commit of a pushed tag, while the event's `after` is the tag object; either is taken.
enum GitHubEvent {
    /// Reads why a job of GitHub Actions runs.
    static func read(_ environment: CIEnvironment) throws -> CIEvent {
        try ActionsEvent.read(environment)
    }
}
