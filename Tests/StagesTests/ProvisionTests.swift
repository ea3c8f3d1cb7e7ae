import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct ProvisionTests {
    private static let steps = """
        provision:
          - upload: { from: files/, to: /etc/ }
          - run: { script: a/set-up.sh, retries: 1 }
          - run: { script: b/set-up.sh }
          - run: echo done
          - packages: [htop, jq]
        """

    /// What changes before a second look, and whether the key must change with it.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var files: [String: String] = [:]
        var steps = ProvisionTests.steps
        let matters: Bool

        init(
            _ description: String, files: [String: String] = [:], steps: String = ProvisionTests.steps,
            matters: Bool = true
        ) {
            testDescription = description
            self.files = files
            self.steps = steps
            self.matters = matters
        }

        /// A change of `old` into `new` in the template.
        static func edit(_ old: String, _ new: String, matters: Bool = true) -> Change {
            Change("\(old) becomes \(new)", steps: ProvisionTests.steps.replacing(old, with: new), matters: matters)
        }
    }

    @Test(arguments: [
        Change("nothing", matters: false),
        Change("the first script", files: ["a/set-up.sh": "echo A"]),
        Change("the second script of that name", files: ["b/set-up.sh": "echo B"]),
        Change("both scripts change places", files: ["a/set-up.sh": "echo b", "b/set-up.sh": "echo a"]),
        Change("an uploaded file", files: ["files/motd": "Hello"]),
        Change("one more uploaded file", files: ["files/issue": "hello"]),
        Change("a file that no step reads", files: ["elsewhere": "x"], matters: false),
        .edit("to: /etc/", "to: /opt/"), .edit("echo done", "echo Done"), .edit("htop, jq", "htop"),
        .edit("htop, jq", "jq, htop"), .edit("retries: 1", "retries: 3", matters: false),
        .edit("retries: 1", "timeout: 3min", matters: false),
    ])
    func keyFollowsWhatShapesTheDisk(change: Change) async throws {
        try await TestProject.with { project in
            try write(["a/set-up.sh": "echo a", "b/set-up.sh": "echo b", "files/motd": "hello"], in: project)
            let before = try await key(Self.steps, in: project)
            try write(change.files, in: project)
            let after = try await key(change.steps, in: project)
            #expect((after != before) == change.matters)
        }
    }

    @Test func keyIsTheSameInAnotherFolder() async throws {
        var keys: Set<StageKey> = []
        for _ in 0..<2 {
            try await TestProject.with { project in
                try write(["a/set-up.sh": "echo a", "b/set-up.sh": "echo b", "files/motd": "hello"], in: project)
                keys.insert(try await key(Self.steps, in: project))
            }
        }
        #expect(keys.count == 1)
    }

    @Test func leavesOutStepsWhoseConditionDoesNotHold() async throws {
        try await TestProject.with { project in
            let template = try project.template(
                """
                provision:
                  - run: { commands: echo one, when: distro == debian }
                  - run: { commands: echo two, when: distro == fedora }
                  - run: { commands: echo three, when: profile != server }
                  - run: { commands: echo four, when: profile == server or distro == fedora }
                """)
            let stage = Provision(template: template)
            #expect(stage.steps.map(\.summary) == ["run 'echo one'", "run 'echo four'"])
            let ingredients = try #require(try await stage.ingredients())
            #expect(!ingredients.options.contains("two"))
            #expect(ingredients.options.contains("four"))
        }
    }

    /// What a guest with a network was frozen behind is not done again because a later step changed.
    @Test func partsBeforeAChangedStepStayAsTheyAre() async throws {
        try await TestProject.with { project in
            func recipes(_ last: String) async throws -> [Ingredients] {
                var template = try project.template(
                    "provision: [{ run: echo one }, { run: echo two }, { run: \(last) }]")
                template.machine.network = .user
                let memory = RepositoryMemory(folder: project.root.appending("memory"))
                return try await Provision(template: template, repositories: memory).parts().map(\.recipe)
            }
            let before = try await recipes("echo three")
            let after = try await recipes("echo four")
            #expect(before.count == 3)
            #expect(after[..<2] == before[..<2])
            #expect(after[2] != before[2])
        }
    }

    /// What one of its steps read of a repository that says something else now is of no use, nor is what follows.
    @Test func partsFollowTheRepositoriesThatTheirStepsRead() async throws {
        try await TestProject.with { project in
            var template = try project.template(
                "provision: [{ run: echo one }, { run: echo two }, { run: echo three }]")
            template.machine.network = .user
            let folder = project.root.appending("memory")
            func recipes() async throws -> [Ingredients] {
                try await Provision(template: template, repositories: RepositoryMemory(folder: folder)).parts().map(
                    \.recipe)
            }
            let before = try await recipes()
            // Nobody listens there: what it said last holds.
            let address = "http://127.0.0.1:1/InRelease"
            try RepositoryMemory(folder: folder).note([address: .of("one")], by: before[1])
            try RepositoryMemory(folder: folder).note([address: .of("two")], by: before[1])
            let after = try await recipes()
            #expect(after[0] == before[0])
            #expect(after[1].inputs["repository \(address)"] == .of("two"))
            #expect(after[2] == before[2], "it was not seen to read anything yet")
        }
    }

    @Test func keyHoldsNoPathOfThisHost() async throws {
        try await TestProject.with { project in
            try write(["a/set-up.sh": "echo a", "b/set-up.sh": "echo b", "files/motd": "hello"], in: project)
            let stage = Provision(template: try project.template(Self.steps))
            let ingredients = try #require(try await stage.ingredients())
            let text = ingredients.options + ingredients.inputs.keys.joined()
            #expect(!text.contains(project.root.string))
            #expect(ingredients.inputs.count == 3)
        }
    }

    @Test(arguments: [
        ("a/set-up.sh", "a/set-up.sh"), ("b/set-up.sh", "b/set-up.sh"), ("files/motd", "files"), ("files/new", "files"),
    ])
    func refusesWhatChangedSinceTheKeyWasMade(file: String, source: String) async throws {
        try await TestProject.with { project in
            try write(["a/set-up.sh": "echo a", "b/set-up.sh": "echo b", "files/motd": "hello"], in: project)
            let stage = Provision(template: try project.template(Self.steps))
            let ingredients = try #require(try await stage.ingredients())
            let repository = ["repository http://127.0.0.1:1/InRelease": Digest.of("one")]
            let work = try project.work(ingredients: [Provision.name: ingredients.adding(inputs: repository)])
            try await stage.confirmRecipe(work)
            try project.write("edited", to: file)
            let error = await #expect(throws: RecipeChangedError.self) { try await stage.confirmRecipe(work) }
            let path = project.root.pushing(FilePath(source))
            #expect(error?.description == "\(path) changed while the build ran; run the build again")
        }
    }

    @Test func installsNothingFromAnIndexThatCouldNotBeFetched() async throws {
        try await TestProject.with { project in
            // As apt-get does, it ends well unless it is told that every failure is one.
            try project.writeProgram(
                """
                case "$*" in
                *'-o APT::Update::Error-Mode=any update') exit 100 ;;
                esac
                """, named: "apt-get")
            await #expect(throws: ProgramError.self) {
                try await Program.run(
                    "/bin/sh", ["-c", Provision.packageScript, "sh", "htop"], environment: project.programs,
                    deadline: .seconds(60))
            }
        }
    }

    @Test func errorNamesTheStepAndItsLastWords() {
        let error = ProvisionError(
            place: YAMLPlace(file: "templates/web.yaml", line: 12, column: 5), step: "run a.sh", attempts: 3,
            output: ["mirror is gone"], cause: ScriptFailure(exitCode: 69))
        #expect(
            "\(error)"
                == "templates/web.yaml:12:5: run a.sh failed in 3 attempts: it exited with 69\n  > mirror is gone")
    }

    private func write(_ files: [String: String], in project: TestProject) throws {
        for (name, text) in files { try project.write(text, to: name) }
    }

    private func key(_ steps: String, in project: TestProject) async throws -> StageKey {
        let stage = Provision(template: try project.template(steps))
        let ingredients = try #require(try await stage.ingredients())
        return try StageKey(
            previous: nil, name: Provision.name, revision: Provision.revision, ingredients: ingredients)
    }
}
