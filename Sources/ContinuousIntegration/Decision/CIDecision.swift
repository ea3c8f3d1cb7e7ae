internal import Attestation
internal import Pipeline
package import Promotion

/// What a job does about an event.
package enum CIDecision: Sendable, Equatable {
    /// It builds a release, and ends by putting it into the dev channel.
    case build(CIBuild)
    /// It does nothing; the reason is a sentence for people.
    case nothing(reason: String)

    /// The decision about an event, where each series belongs to a template: `["golden": "golden-debian13"]`.
    ///
    /// The same event gives the same decision, however often its job runs; a second run finds in the store what the first
    /// made.
    ///
    /// - Throws: ``CIRefusal``, for an event that asks for what must not or cannot be built.
    package init(about event: CIEvent, templates: [String: String]) throws(CIRefusal) {
        switch event.cause {
        case .tag(let name, let change):
            self = try Self.decide(tag: name, change, commit: event.commit, templates)
        case .branch(let name):
            self = .nothing(reason: "a push to the branch '\(name.shown)' builds nothing; \(Self.howToBuild)")
        case .pullRequest(fromFork: true):
            self = .nothing(reason: "a pull request from a fork is never built: a build has secrets and a host to lose")
        case .pullRequest(fromFork: false):
            self = .nothing(reason: "a pull request builds nothing; \(Self.howToBuild)")
        case .dispatch(let template, let version):
            self = .build(try Self.dispatch(template, version, commit: event.commit, templates))
        case .other(let name):
            self = .nothing(reason: "the event '\(name.shown)' builds nothing; \(Self.howToBuild)")
        }
    }

    private static let howToBuild = "a tag SERIES/vX.Y.Z asks for a build"

    private static func decide(
        tag text: String, _ change: TagChange, commit: ObjectID?, _ templates: [String: String]
    ) throws(CIRefusal) -> CIDecision {
        guard let name = TagName(text) else {
            return .nothing(reason: "the tag '\(text.shown)' asks for no build; \(howToBuild)")
        }
        switch change {
        case .deleted:
            return .nothing(
                reason: "\(name) was deleted, which builds nothing; no tag of a series should ever be deleted")
        case .moved(let old): throw .movedTag(name, from: old)
        case .created: break
        }
        switch name.claim {
        case .request:
            guard let template = templates[name.series] else {
                throw .unknownSeries(name, known: templates.keys.sorted())
            }
            return .build(CIBuild(template: template, request: name, commit: commit, isDispatched: false))
        case .placement(.dev, _):
            return .nothing(reason: "\(name) is the end of a build that is done")
        case .placement(let channel, _):
            return .nothing(
                reason:
                    "\(name) puts a release into \(channel.rawValue), which needs no build: the bytes stay the same, "
                    + "and whoever uses the channel verifies the tag")
        case .approval, .revocation:
            return .nothing(reason: "\(name) speaks of a release that is built")
        }
    }

    private static func dispatch(
        _ template: String, _ version: String, commit: ObjectID?, _ templates: [String: String]
    ) throws(CIRefusal) -> CIBuild {
        guard let series = templates.first(where: { $0.value == template })?.key else {
            throw .unknownTemplate(template, known: templates.values.sorted())
        }
        if let problem = ReleaseVersion.problem(with: version) { throw .badVersion(problem) }
        return CIBuild(
            template: template, request: TagName(series: series, version: version, claim: .request), commit: commit,
            isDispatched: true)
    }
}

/// A build that an event asks for; all of its names are known here and well-formed.
package struct CIBuild: Sendable, Equatable {
    /// The template.
    package let template: String
    /// The tag that asks for the build; for a dispatch the tag that would.
    package let request: TagName
    /// The commit, or the tag object, that the forge runs the job for; nil where it names none.
    package let commit: ObjectID?
    /// Whether somebody asked for it by hand, so that there need be no tag.
    package let isDispatched: Bool

    /// The release's version.
    package var version: String { request.version }

    /// What is done and why, in the words of a report.
    package func reason(attempt: Int) -> String {
        let again = attempt > 1 ? "; this is attempt \(attempt), and what is stored is not made again" : ""
        let asker = isDispatched ? "somebody asked" : "\(request) asks"
        return "\(asker) for a build of \(template) \(version)\(again)"
    }
}
