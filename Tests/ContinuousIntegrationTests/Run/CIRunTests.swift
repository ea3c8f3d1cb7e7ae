import Foundation
import HostSystem
import Promotion
import SystemPackage
import Testing

@testable import ContinuousIntegration

/// The real program in recorded environments, with all that it prints.
@Suite(.timeLimit(.minutes(5)))
struct CIRunTests {
    @Test(arguments: RecordedJob.forges) func decidesAndSaysSoInEachRecordedJob(forge: String) async throws {
        try await SampleRepository.with { sample in
            try await sample.tag("golden/v1.2.0")
            for name in RecordedJob.cases {
                let run = try await run(try await job(forge, name, of: sample), in: sample, "--dry-run")
                #expect(run == (0, Self.expected[name]?[forge == "gitlab" ? 1 : 0] ?? ""), "\(name)")
            }
        }
    }

    private static let building = "golden/v1.2.0 asks for a build of golden-debian13 v1.2.0"
    private static let again = "; this is attempt 2, and what is stored is not made again"
    private static let branch = "a push to the branch 'main' builds nothing; a tag SERIES/vX.Y.Z asks for a build\n"
    private static let fork = "a pull request from a fork is never built: a build has secrets and a host to lose\n"
    private static let dispatch = "somebody asked for a build of golden-debian13 v1.3.0-rc.1\n"
    /// What is printed for each case, and what GitLab's job prints, which counts no attempts.
    private static let expected = [
        "tag": [building + "\n", building + "\n"],
        "rerun": [building + again + "\n", building + "\n"],
        "branch": [branch, branch],
        "fork": [fork, fork],
        "dispatch": [dispatch, dispatch],
    ]

    @Test func annotatesWhyItRefuses() async throws {
        try await SampleRepository.with { sample in
            try await sample.git("tag", "golden/v1.2.0")
            let reason = "golden/v1.2.0 is no annotated tag here; make it by 'imagefactory release' or 'git tag -a', "
            for (forge, text) in [
                ("github", "::error title=imagefactory::\(reason)"), ("gitea", "::error title=imagefactory::\(reason)"),
                ("gitlab", "\u{1B}[31;1merror: imagefactory: \(reason)"),
            ] {
                let run = try await run(try await job(forge, "tag", of: sample), in: sample)
                #expect(run.status == 65 && run.text.contains(text), "\(run.text)")
            }
        }
    }

    @Test func buildsOnlyWhatAnAllowedSignerAsksForWhereThereAreSome() async throws {
        try await SampleRepository.with { sample in
            let keys = sample.folder.removingLastComponent()
            for name in ["ada", "mallory"] {
                try await Program.run(
                    "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", keys.appending(name).string],
                    deadline: .seconds(60))
            }
            try await sample.allow(signer: "ada@example.org", key: try keys.appending("ada.pub").readText())
            for (version, signer, status, text) in [
                ("v1.2.0", nil, 65, "golden/v1.2.0: nobody signed it"),
                ("v1.2.1", "mallory", 65, "golden/v1.2.1: "), ("v1.2.2", "ada", 0, "golden/v1.2.2 asks for a build"),
            ] as [(String, String?, Int, String)] {
                let tag = try await sample.tag("golden/\(version)", key: signer.map { keys.appending($0) })
                let zeros = String(repeating: "0", count: 40)
                let run = try await run(
                    RecordedJob(variables: ["PATH": "/usr/bin:/bin"]), in: sample, "--dry-run", "--hook", "--",
                    "refs/tags/golden/\(version)", zeros, tag.hex)
                #expect(run.status == status && run.text.contains(text), "\(run.text)")
            }
        }
    }

    @Test func pointsToTheLineOfABadTemplate() async throws {
        try await SampleRepository.with { sample in
            try await sample.tag("golden/v1.2.0")
            let path = sample.folder.appending("templates/golden-debian13.yaml")
            try path.write((try path.readText() + "frmats: [qcow2]\n").utf8)
            let run = try await run(try await job("github", "tag", of: sample), in: sample)
            #expect(run.status == 64)
            #expect(run.text.hasPrefix("::error file=templates/golden-debian13.yaml,line="), "\(run.text)")
        }
    }

    @Test func reportsABuildThatCannotBegin() async throws {
        try await SampleRepository.with { sample in
            try await sample.tag("golden/v1.2.0")
            let job = try await job("github", "tag", of: sample)
            let junit = sample.folder.removingLastComponent().appending("out.xml")
            let run = try await run(job, in: sample, "--junit", junit.string)
            // There is no installer ISO here.
            #expect(run.status == 69 && run.text.contains("there is no installer ISO at"), "\(run.text)")
            let summary = FilePath(try #require(job.variables["GITHUB_STEP_SUMMARY"]))
            #expect(try summary.readText().hasPrefix("### golden-debian13 v1.2.0\n"))
            #expect(try junit.readText().contains("golden-debian13 v1.2.0: stages"))
            #expect(!FilePath(try #require(job.variables["GITHUB_OUTPUT"])).exists)
        }
    }

    @Test func readsAPushAsHooksAreTold() async throws {
        try await SampleRepository.with { sample in
            let tag = try await sample.tag("golden/v1.2.0")
            let zeros = String(repeating: "0", count: 40)
            let hook = RecordedJob(variables: ["PATH": "/usr/bin:/bin"])
            let named = try await run(
                hook, in: sample, "--dry-run", "--hook", "--", "refs/tags/golden/v1.2.0", zeros, tag.hex)
            #expect(named == (0, Self.building + "\n"))
            let read = try await run(
                hook, in: sample, "--dry-run", "--hook",
                input: "\(zeros) \(tag) refs/tags/golden/v1.2.0\n\(sample.previous) \(sample.commit) refs/heads/main\n")
            #expect(read == (0, Self.building + "\n" + Self.branch))
            let outside = try await run(hook, in: sample, "--dry-run")
            #expect(outside.status == 64 && outside.text.contains("give --hook"))
            let bad = try await run(hook, in: sample, "--hook", input: "x\n")
            #expect(bad.status == 64 && bad.text.hasPrefix("error: imagefactory: the push cannot be read"), "\(bad)")
        }
    }

    @Test func printsADecisionForPrograms() async throws {
        try await SampleRepository.with { sample in
            let run = try await run(try await job("gitlab", "fork", of: sample), in: sample, "--format", "json")
            #expect(run.status == 0)
            let json = run.text.drop { $0 != "{" }
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
            #expect(object?["decision"] == "nothing")
        }
    }

    @Test func writesWorkflowsAndLeavesOthersWorkAlone() async throws {
        try await SampleRepository.with { sample in
            let none = RecordedJob(variables: ["PATH": "/usr/bin:/bin"])
            let root = sample.folder
            for (kind, place) in [
                ("github", ".github/workflows/imagefactory.yml"), ("gitea", ".gitea/workflows/imagefactory.yml"),
                ("gitlab", ".gitlab-ci.yml"),
            ] {
                #expect(try await generate(none, sample, kind, "--check").status == 1)
                let made = try await generate(none, sample, kind)
                #expect(made == (0, "\(root)/pipelines/ci/\(kind).yml\n\(root)/\(place)\n"))
                #expect(try await generate(none, sample, kind, "--check").status == 0)
                #expect(try await generate(none, sample, kind, "--check", "--runner", "big").status == 1)
                #expect(try await generate(none, sample, kind, "--runner", "big").status == 0)
                let path = root.pushing(FilePath(place))
                let edited = try path.readText() + "# mine\n"
                try path.write(edited.utf8)
                let refused = try await generate(none, sample, kind)
                #expect(refused.status == 1 && refused.text.contains("was edited by hand"), "\(refused.text)")
                #expect(try path.readText() == edited)
                #expect(try await generate(none, sample, kind, "--no-install").status == 0)
                #expect(try await generate(none, sample, kind, "--force").status == 0)
                #expect(try await generate(none, sample, kind, "--check").status == 0)
            }
            #expect(try await generate(none, sample, "github", "--secret", "a b").status == 64)
            #expect(try await generate(none, sample, "hook", "--runner", "x").status == 64)
            let nowhere = root.appending("templates")
            let refused = try await generate(none, sample, "hook", "--repository", nowhere.string)
            #expect(refused.status == 64 && refused.text.contains("is no bare git repository"), "\(refused.text)")
            #expect(!nowhere.appending("hooks").exists)
        }
    }

    private func generate(
        _ job: RecordedJob, _ sample: SampleRepository, _ arguments: String...
    ) async throws -> (status: Int, text: String) {
        try await Self.program(["ci", "generate"] + arguments, job, sample, input: "")
    }

    private func job(_ forge: String, _ name: String, of sample: SampleRepository) async throws -> RecordedJob {
        let scratch = sample.folder.removingLastComponent().appending("\(forge)-\(name)")
        try scratch.createFolder()
        let tag = try await sample.git("for-each-ref", "--format=%(objectname)", "refs/tags/golden/v1.2.0")
        let values = [
            "commit": sample.commit.hex, "previous": sample.previous.hex, "tag": tag,
            "short": String(sample.commit.hex.prefix(8)),
        ]
        return try RecordedJob(forge, name, values: values, scratch: scratch)
    }

    private func run(
        _ job: RecordedJob, in sample: SampleRepository, _ arguments: String..., input: String = ""
    ) async throws -> (status: Int, text: String) {
        try await Self.program(["ci", "run"] + arguments, job, sample, input: input)
    }

    /// Runs the program in a recorded environment and no other; gives what it printed and said, in that order.
    private static func program(
        _ arguments: [String], _ job: RecordedJob, _ sample: SampleRepository, input: String
    ) async throws -> (status: Int, text: String) {
        let program = FilePath(CommandLine.arguments[0]).absolute.removingLastComponent().appending("imagefactory")
        try #require(program.exists)
        let state = sample.folder.removingLastComponent().appending("state")
        let variables = job.variables.merging(["IMAGEFACTORY_STATE": state.string, "PATH": "/usr/sbin:/usr/bin:/bin"]) {
            $1
        }
        let script = "cd \"$0\"; \"$@\" 2>&1; printf '%s' $?"
        var output = try await Program.run(
            "env",
            ["-i"] + variables.map { "\($0)=\($1)" } + ["/bin/sh", "-c", script, sample.folder.string, program.string]
                + arguments, input: Array(input.utf8), deadline: .seconds(100)
        ).standardOutput
        let end = output.lastIndex { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.map { $0 + 1 } ?? 0
        let status = try #require(Int(String(decoding: output[end...], as: UTF8.self)))
        output.removeSubrange(end...)
        return (status, String(decoding: output, as: UTF8.self))
    }
}
