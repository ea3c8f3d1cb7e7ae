import HostSystem
import Promotion
import SystemPackage
import Testing

@testable import ContinuousIntegration

struct CIEventTests {
    private let commit = String(repeating: "c", count: 40)
    private let tag = String(repeating: "a", count: 40)
    private let previous = String(repeating: "b", count: 40)

    @Test(arguments: RecordedJob.forges) func readsWhyARecordedJobRuns(forge: String) async throws {
        let id = try #require(ObjectID(commit))
        let events: [String: CIEvent] = [
            "tag": CIEvent(.tag("golden/v1.2.0", .created), commit: id),
            // GitLab counts no attempts.
            "rerun": CIEvent(.tag("golden/v1.2.0", .created), commit: id, attempt: forge == "gitlab" ? 1 : 2),
            "branch": CIEvent(.branch("main"), commit: id),
            "fork": CIEvent(.pullRequest(fromFork: true), commit: id),
            "dispatch": CIEvent(.dispatch(template: "golden-debian13", version: "v1.3.0-rc.1"), commit: id),
        ]
        #expect(Set(events.keys) == Set(RecordedJob.cases))
        for (name, event) in events {
            try await withJob(forge, name) { job in
                #expect(job.environment.forge?.rawValue == forge)
                let read = try job.environment.event()
                #expect(read == event, "\(name)")
            }
        }
    }

    @Test func seesThatATagWasMovedOrDeleted() async throws {
        let old = try #require(ObjectID(previous))
        for forge in ["github", "gitea"] {
            try await withJob(forge, "tag") { job in
                let event = FilePath(try #require(job.variables["GITHUB_EVENT_PATH"]))
                let text = try event.readText()
                let zeros = String(repeating: "0", count: 40)
                try event.write(text.replacing("\"before\": \"\(zeros)\"", with: "\"before\": \"\(previous)\"").utf8)
                #expect(try job.environment.event().cause == .tag("golden/v1.2.0", .moved(from: old)))
                let after = text.replacing("\"after\": \"\(tag)\"", with: "\"after\": \"\(zeros)\"")
                    .replacing("\"after\": \"\(commit)\"", with: "\"after\": \"\(zeros)\"")
                try event.write(after.utf8)
                #expect(try job.environment.event().cause == .tag("golden/v1.2.0", .deleted))
            }
        }
        try await withJob("gitlab", "tag") { job in
            var job = job
            job.variables["CI_COMMIT_BEFORE_SHA"] = previous
            let event = try job.environment.event()
            #expect(event.cause == .tag("golden/v1.2.0", .moved(from: old)))
        }
    }

    @Test func takesVariablesOfAPushForNoDispatch() async throws {
        try await withJob("gitlab", "branch") { job in
            var job = job
            // As 'git push -o ci.variable' sets them.
            job.variables["TEMPLATE"] = "golden-debian13"
            job.variables["VERSION"] = "v9.9.9"
            let event = try job.environment.event()
            #expect(event.cause == .branch("main"))
        }
    }

    @Test(arguments: [
        ("github", "GITHUB_REF", "refs/tags/golden/v6.6.6", "contradicts itself"),
        ("github", "GITHUB_REF", "", "GITHUB_REF is not set"),
        ("github", "GITHUB_EVENT_PATH", "", "GITHUB_EVENT_PATH is not set"),
        ("github", "GITHUB_EVENT_PATH", "/dev/null", "does not hold the event"),
        ("github", "GITHUB_EVENT_PATH", "/nonexistent", "cannot be read"),
        ("github", "GITHUB_EVENT_NAME", "", "GITHUB_EVENT_NAME is not set"),
        ("github", "GITHUB_SHA", "HEAD; rm -rf /", "is no id of a git object"),
        ("github", "GITHUB_RUN_ATTEMPT", "-1", "is no count"),
        ("gitea", "GITHUB_SHA", "::error::x\n", "is no id of a git object"),
        ("gitlab", "CI_COMMIT_SHA", "", "CI_COMMIT_SHA is not set"),
        ("gitlab", "CI_PIPELINE_SOURCE", "", "CI_PIPELINE_SOURCE is not set"),
        ("gitlab", "CI_COMMIT_BEFORE_SHA", "0", "is no id of a git object"),
        ("gitlab", "CI_COMMIT_TAG", String(repeating: "x", count: 5000), "too long"),
    ])
    func refusesAJobThatIsNotAsDocumented(forge: String, name: String, value: String, reason: String) async throws {
        try await withJob(forge, "tag") { job in
            var job = job
            job.variables[name] = value
            let error = try #require(throws: CIRefusal.self) { try job.environment.event() }
            #expect("\(error)".contains(reason))
        }
    }

    @Test func asksForBothInputsOfADispatch() async throws {
        try await withJob("gitlab", "dispatch") { job in
            for name in ["TEMPLATE", "VERSION"] {
                var job = job
                job.variables[name] = ""
                #expect(throws: CIRefusal.missingInput(name)) { try job.environment.event() }
            }
        }
        try await withJob("github", "dispatch") { job in
            let event = FilePath(try #require(job.variables["GITHUB_EVENT_PATH"]))
            try event.write(#"{"inputs":{"template":"golden-debian13","version":""}}"#.utf8)
            #expect(throws: CIRefusal.missingInput("version")) { try job.environment.event() }
            try event.write(#"{"inputs":null}"#.utf8)
            #expect(throws: CIRefusal.missingInput("template")) { try job.environment.event() }
        }
    }

    @Test func knowsNoForgeOutsideOfAJob() {
        let environment = CIEnvironment(variables: ["CI": "true", "GITHUB_ACTIONS": "false"])
        #expect(environment.forge == nil)
        #expect(throws: CIRefusal.noJob) { try environment.event() }
    }

    @Test func takesAPullRequestOfAGoneRepositoryForAForks() async throws {
        try await withJob("github", "fork") { job in
            let event = FilePath(try #require(job.variables["GITHUB_EVENT_PATH"]))
            try event.write(#"{"pull_request":{"head":{"repo":null},"base":{"repo":{"full_name":"a/b"}}}}"#.utf8)
            #expect(try job.environment.event().cause == .pullRequest(fromFork: true))
            try event.write(
                #"{"pull_request":{"head":{"repo":{"full_name":"a/b"}},"base":{"repo":{"full_name":"a/b"}}}}"#.utf8)
            #expect(try job.environment.event().cause == .pullRequest(fromFork: false))
        }
    }

    private func withJob(_ forge: String, _ name: String, _ body: (RecordedJob) throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-ci") { scratch in
            let values = ["commit": commit, "tag": tag, "previous": previous, "short": String(commit.prefix(8))]
            try body(try RecordedJob(forge, name, values: values, scratch: scratch))
        }
    }
}
