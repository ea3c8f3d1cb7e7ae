internal import Promotion

/// An event of GitLab CI, which is told by variables alone.
///
/// Source: docs.gitlab.com, "Predefined CI/CD variables reference". A job that is run again has the variables of the first
/// time and no count.
enum GitLabEvent {
    /// Reads why a job of GitLab CI runs.
    static func read(_ environment: CIEnvironment) throws -> CIEvent {
        let source = try environment.required("CI_PIPELINE_SOURCE")
        let commit = try environment.objectID("CI_COMMIT_SHA")
        return CIEvent(try cause(source, commit, environment), commit: commit)
    }

    private static func cause(
        _ source: String, _ commit: ObjectID?, _ environment: CIEnvironment
    ) throws(CIRefusal) -> CIEvent.Cause {
        switch source {
        case "merge_request_event":
            let project = try environment.text("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
            let target = try environment.text("CI_MERGE_REQUEST_PROJECT_ID")
            return .pullRequest(fromFork: project == nil || project != target)
        case "external_pull_request_event":
            let repository = try environment.text("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY")
            let target = try environment.text("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY")
            return .pullRequest(fromFork: repository == nil || repository != target)
        case "web", "api", "trigger", "schedule":
            // With 'git push -o ci.variable' whoever pushes may set both, so they count where somebody asked for a job.
            if let dispatch = try dispatch(environment) { return dispatch }
            return try push(source, commit, environment)
        case "push":
            return try push(source, commit, environment)
        default:
            return .other(source)
        }
    }

    private static func dispatch(_ environment: CIEnvironment) throws(CIRefusal) -> CIEvent.Cause? {
        let template = try environment.text("TEMPLATE")
        let version = try environment.text("VERSION")
        guard template != nil || version != nil else { return nil }
        guard let template else { throw .missingInput("TEMPLATE") }
        guard let version else { throw .missingInput("VERSION") }
        return .dispatch(template: template, version: version)
    }

    private static func push(
        _ source: String, _ commit: ObjectID?, _ environment: CIEnvironment
    ) throws(CIRefusal) -> CIEvent.Cause {
        if let tag = try environment.text("CI_COMMIT_TAG") {
            guard let commit else { throw .missingVariable("CI_COMMIT_SHA") }
            return .tag(tag, TagChange(from: try environment.objectID("CI_COMMIT_BEFORE_SHA"), to: commit))
        }
        if let branch = try environment.text("CI_COMMIT_BRANCH") { return .branch(branch) }
        return .other(source)
    }
}
