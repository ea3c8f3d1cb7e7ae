/// An event of Gitea Actions, or of Forgejo's.
///
/// The runner sets GitHub's variables beside `GITEA_ACTIONS`, and the events are alike as far as they are read here. It does
/// not count attempts in all versions, so a re-run may say that it is the first.
enum GiteaEvent {
    /// Reads why a job of Gitea Actions runs.
    static func read(_ environment: CIEnvironment) throws -> CIEvent {
        try ActionsEvent.read(environment)
    }
}
