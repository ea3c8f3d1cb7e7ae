internal import Promotion

/// What the events of GitHub and Gitea have in common: the variables, and the form of what the event's file holds.
///
/// Sources: docs.github.com, "Store information in variables", "Webhook events and payloads"; docs.gitea.com, "Webhooks".
enum ActionsEvent {
    /// The parts of a push that are read.
    struct Push: Decodable {
        let ref: String
        let before: String?
        let after: String
    }

    /// The parts of a pull request that are read.
    struct PullRequest: Decodable {
        struct Body: Decodable {
            let head: Side
            let base: Side
        }
        struct Side: Decodable {
            let repo: Repository?
        }
        struct Repository: Decodable {
            let fullName: String

            private enum CodingKeys: String, CodingKey {
                case fullName = "full_name"
            }
        }

        let pullRequest: Body

        private enum CodingKeys: String, CodingKey {
            case pullRequest = "pull_request"
        }

        /// Whether it comes from another repository; one whose repository is gone comes from none that is known.
        var isFromFork: Bool {
            pullRequest.head.repo == nil || pullRequest.head.repo?.fullName != pullRequest.base.repo?.fullName
        }
    }

    /// The parts of a dispatch that are read.
    struct Dispatch: Decodable {
        struct Inputs: Decodable {
            let template: String?
            let version: String?
        }
        let inputs: Inputs?
    }

    /// Reads an event whose file and variables have this form.
    static func read(_ environment: CIEnvironment) throws -> CIEvent {
        let name = try environment.required("GITHUB_EVENT_NAME")
        let commit = try environment.objectID("GITHUB_SHA")
        let attempt = try environment.count("GITHUB_RUN_ATTEMPT")
        return CIEvent(try cause(name, environment), commit: commit, attempt: attempt)
    }

    private static func cause(_ name: String, _ environment: CIEnvironment) throws -> CIEvent.Cause {
        switch name {
        case "push":
            return try push(environment.payload(Push.self, in: "GITHUB_EVENT_PATH"), environment)
        case "pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment":
            let request = try environment.payload(PullRequest.self, in: "GITHUB_EVENT_PATH")
            return .pullRequest(fromFork: request.isFromFork)
        case "workflow_dispatch":
            let inputs = try environment.payload(Dispatch.self, in: "GITHUB_EVENT_PATH").inputs
            guard let template = inputs?.template, !template.isEmpty else { throw CIRefusal.missingInput("template") }
            guard let version = inputs?.version, !version.isEmpty else { throw CIRefusal.missingInput("version") }
            return .dispatch(template: template, version: version)
        default:
            return .other(name)
        }
    }

    private static func push(_ push: Push, _ environment: CIEnvironment) throws -> CIEvent.Cause {
        let ref = try environment.required("GITHUB_REF")
        let change = TagChange(
            from: try id(push.before, named: "before"), to: try id(push.after, named: "after"))
        // For a ref that was deleted, the job runs on the default branch instead.
        guard push.ref == ref || change == .deleted else {
            throw CIRefusal.contradiction("the event is about '\(push.ref.shown)', but GITHUB_REF is '\(ref.shown)'")
        }
        if let tag = push.ref.removing(prefix: "refs/tags/") { return .tag(tag, change) }
        if let branch = push.ref.removing(prefix: "refs/heads/") { return .branch(branch) }
        return .other(push.ref)
    }

    private static func id(_ text: String?, named name: String) throws -> ObjectID? {
        guard let text else { return nil }
        guard let id = ObjectID(text) else {
            throw CIRefusal.contradiction("the event's '\(name)' is '\(text.shown)', which is no id of a git object")
        }
        return id
    }
}
