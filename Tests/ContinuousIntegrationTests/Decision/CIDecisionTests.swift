import Promotion
import Testing

@testable import ContinuousIntegration

struct CIDecisionTests {
    private let templates = ["golden": "golden-debian13", "lab": "lab-debian13"]
    private let commit = ObjectID(String(repeating: "c", count: 40))

    @Test func buildsWhatATagAsksFor() throws {
        let build = CIBuild(
            template: "golden-debian13",
            request: TagName(series: "golden", version: "v1.2.0-rc.1", claim: .request), commit: commit,
            isDispatched: false)
        for attempt in [1, 2] {
            let event = CIEvent(.tag("golden/v1.2.0-rc.1", .created), commit: commit, attempt: attempt)
            #expect(try CIDecision(about: event, templates: templates) == .build(build))
        }
    }

    @Test func buildsWhatSomebodyAskedFor() throws {
        let event = CIEvent(.dispatch(template: "lab-debian13", version: "v2.0.0"), commit: commit)
        guard case .build(let build) = try CIDecision(about: event, templates: templates) else {
            Issue.record("it decided to do nothing")
            return
        }
        #expect(build.template == "lab-debian13" && "\(build.request)" == "lab/v2.0.0" && build.isDispatched)
    }

    @Test(arguments: [
        (CIEvent.Cause.branch("main"), "a push to the branch 'main' builds nothing"),
        (.pullRequest(fromFork: true), "a pull request from a fork is never built"),
        (.pullRequest(fromFork: false), "a pull request builds nothing"),
        (.other("schedule"), "the event 'schedule' builds nothing"),
        (.tag("nightly", .created), "the tag 'nightly' asks for no build"),
        (.tag("golden/v1.2", .created), "asks for no build"),
        (.tag("golden/v1.2.0-dev", .created), "is the end of a build that is done"),
        (.tag("golden/v1.2.0-staging", .created), "puts a release into staging, which needs no build"),
        (.tag("golden/v1.2.0-prod.2", .created), "puts a release into prod, which needs no build"),
        (.tag("golden/v1.2.0-prod-approved.1", .created), "speaks of a release that is built"),
        (.tag("golden/v1.2.0-revoked", .created), "speaks of a release that is built"),
        (.tag("golden/v1.2.0", .deleted), "was deleted, which builds nothing"),
        (.tag("$(reboot)/v1.2.0;x", .created), "asks for no build"),
    ])
    func doesNothingAbout(cause: CIEvent.Cause, reason: String) throws {
        let decision = try CIDecision(about: CIEvent(cause, commit: commit), templates: templates)
        guard case .nothing(let text) = decision else {
            Issue.record("it decided to build")
            return
        }
        #expect(text.contains(reason))
    }

    @Test(arguments: [
        (CIEvent.Cause.tag("gloden/v1.2.0", .created), "the series 'gloden' belongs to no template"),
        (.tag("gloden/v1.2.0", .created), "did you mean 'golden'?"),
        (
            .tag("golden/v1.2.0", .moved(from: ObjectID(String(repeating: "b", count: 40))!)),
            "was moved from bbbbbbbbbbbb"
        ),
        (.tag("golden/v1.2.0-prod", .moved(from: ObjectID(String(repeating: "b", count: 40))!)), "was moved from"),
        (.dispatch(template: "golden-debian12", version: "v1.0.0"), "there is no template 'golden-debian12'"),
        (.dispatch(template: "golden-debian12", version: "v1.0.0"), "did you mean 'golden-debian13'?"),
        (.dispatch(template: "--key=/etc/passwd", version: "v1.0.0"), "there is no template"),
        (.dispatch(template: "lab-debian13", version: "latest"), "is not a version"),
        (.dispatch(template: "lab-debian13", version: "v1.0.0-prod"), "leave that to promotion"),
        (.dispatch(template: "lab-debian13", version: "v1.0.0\n::error::"), "is not a version"),
        (.dispatch(template: "lab-debian13", version: "v1.0.0\u{200B}"), "is not a version"),
    ])
    func refuses(cause: CIEvent.Cause, reason: String) throws {
        let error = #expect(throws: CIRefusal.self) {
            try CIDecision(about: CIEvent(cause, commit: commit), templates: templates)
        }
        let text = "\(try #require(error))"
        #expect(text.contains(reason) && !text.contains("\n"))
    }
}
