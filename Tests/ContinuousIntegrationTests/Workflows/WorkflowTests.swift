import HostSystem
import SystemPackage
import Testing

@testable import ContinuousIntegration

struct WorkflowTests {
    /// What 'ci generate' keeps in pipelines/ci/ of this project.
    private static var kept: [GeneratedFile] {
        get throws {
            let kvm = try WorkflowOptions(runner: ["kvm"], secrets: [], state: nil)
            let hosted = try WorkflowOptions(runner: ["self-hosted", "linux", "kvm"], secrets: [], state: nil)
            return [
                ActionsWorkflow(.github, hosted).file, ActionsWorkflow(.gitea, kvm).file, GitLabWorkflow(kvm).file,
            ] + ServerHooks.files
        }
    }

    @Test func keepsTheExamplesOfThisProjectCurrent() throws {
        for file in try Self.kept {
            #expect(try file.state(in: SampleRepository.project) == .current, "\(file.path)")
        }
    }

    @Test func namesSecretsAndNeverTheirValues() throws {
        let options = try WorkflowOptions(runner: ["kvm"], secrets: ["RELEASE_PASSPHRASE"], state: nil)
        let text = ActionsWorkflow(.github, options).file.text
        #expect(text.contains("\n          RELEASE_PASSPHRASE: ${{ secrets.RELEASE_PASSPHRASE }}\n"))
        #expect(text.contains("'imagefactory ci generate github --runner kvm --secret RELEASE_PASSPHRASE'"))
        #expect(GitLabWorkflow(options).file.text.contains(": \"${RELEASE_PASSPHRASE:?"))
    }

    @Test func usesNoActionsAndKeepsLayersOnTheRunner() throws {
        let options = try WorkflowOptions(runner: ["kvm"], secrets: [], state: "/srv/imagefactory")
        for file in [ActionsWorkflow(.github, options).file, ActionsWorkflow(.gitea, options).file] {
            #expect(!file.text.contains("uses:"))
            #expect(file.text.contains("\n          IMAGEFACTORY_STATE: /srv/imagefactory\n"))
        }
        #expect(GitLabWorkflow(options).file.text.contains("\n    IMAGEFACTORY_STATE: /srv/imagefactory\n"))
    }

    @Test(arguments: ["", "srv", "/srv/", "/a b", "/a\nb", "/${{ x }}", "/$HOME", "/a: b", "/~"])
    func refusesAStateThatIsNoPlainPath(path: String) {
        #expect(throws: WorkflowOptionError.self) { try WorkflowOptions(runner: ["kvm"], secrets: [], state: path) }
    }

    @Test(arguments: ["", "a b", "${{ github.actor }}", "x\ny", "-x", "[a]", "a,b", "#"])
    func refusesALabelThatIsMoreThanAWord(label: String) {
        #expect(throws: WorkflowOptionError.self) {
            try WorkflowOptions(runner: [label], secrets: [], state: nil)
        }
    }

    @Test(arguments: ["", "lower", "A-B", "GITHUB_TOKEN", "GIT_CONFIG_COUNT", "CI_JOB_TOKEN", "A }}", "A\nB", "1A"])
    func refusesASecretThatIsNoVariable(name: String) {
        #expect(throws: WorkflowOptionError.self) {
            try WorkflowOptions(runner: ["kvm"], secrets: [name], state: nil)
        }
    }

    /// The patterns only spare jobs, but they must let every request through, and should let nothing else.
    @Test func asksGitLabForJobsOfRequestsAlone() async throws {
        let requests = ["golden/v1.2.0", "golden/v0.1.0-rc.1", "a-1/v1.0.0-devel", "a/v1.0.0-x-1"]
        let others = [
            "golden/v1.2.0-dev", "golden/v1.2.0-staging", "golden/v1.2.0-prod.2", "golden/v1.2.0-revoked",
            "golden/v1.2.0-prod-approved.1", "v1.2.0", "golden/next",
        ]
        for (tags, isWanted) in [(requests, true), (others, false)] {
            for tag in tags {
                let wanted = try await matches(tag, TagPatterns.wanted)
                let unwanted = try await matches(tag, TagPatterns.unwanted)
                #expect((wanted && !unwanted) == isWanted, "\(tag)")
            }
        }
    }

    private func matches(_ tag: String, _ pattern: String) async throws -> Bool {
        let script = "import re, sys; print(bool(re.search(sys.argv[1].strip('/'), sys.argv[2])))"
        return try await Program.run("python3", ["-c", script, pattern, tag], deadline: .seconds(20)).text == "True"
    }
}
