import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct RunningSealTests {
    @Test func isShellWithEveryOperationOfARunningSystem() async throws {
        try await TestProject.with { project in
            let account = SealedAccount(answers: try project.template().answers)
            let seal = RunningSeal(SealCatalog.operations, account: account)
            try await checkSyntax(of: seal.script)
            let begun = seal.script.split(separator: "\n").compactMap { line in
                line.wholeMatch(of: /echo "imagefactory-seal: begin (.+)"/).map { String($0.1) }
            }
            #expect(begun == SealCatalog.runningOperations.map(\.name))
        }
    }

    @Test func doesEachInOrderAndTellsWhichBegins() async throws {
        let (output, seal) = try await run([
            SealOperation("one", "the first", .running, "echo \"for $ACCOUNT\""),
            SealOperation("two", "leaves early, which ends no other", .running, "exit 0"),
            SealOperation("late", "is not for now", .shutdown, "exit 1"),
            SealOperation("three", "the last", .running, "true"),
        ])
        #expect(output.suffix(1) == ["status 0"])
        #expect(output.contains("for admin"))
        #expect(seal.begun(in: Array(output.joined(separator: "\n").utf8)[...]) == ["one", "two", "three"])
        #expect(seal.failed(in: output) == nil)
    }

    @Test(arguments: ["false", "exit 3", "set -e; false; true", "echo \"$NONE\""])
    func stopsAtTheFirstThatFails(script: String) async throws {
        let (output, seal) = try await run([
            SealOperation("one", "the first", .running, "true"),
            SealOperation("two", "fails", .running, script),
            SealOperation("three", "never begins", .running, "true"),
        ])
        #expect(output.last == "status 1")
        #expect(seal.begun(in: Array(output.joined(separator: "\n").utf8)[...]) == ["one", "two"])
        #expect(seal.failed(in: output) == "two")
    }

    /// What the script prints, and its status on the last line.
    private func run(_ operations: [SealOperation]) async throws -> ([String], RunningSeal) {
        try await TestProject.with { project in
            let seal = RunningSeal(operations, account: SealedAccount(answers: try project.template().answers))
            let file = try project.write(seal.script, to: "seal.sh")
            let output = try await Program.run(
                "/bin/sh", ["-c", "/bin/sh \"$1\" 2>&1; echo \"status $?\"", "sh", file.string], deadline: .seconds(120)
            )
            return (output.text.split(separator: "\n").map(String.init), seal)
        }
    }
}
