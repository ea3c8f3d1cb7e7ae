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
        let run = try await run([
            SealOperation("one", "the first", .running, "echo \"for $ACCOUNT\""),
            SealOperation("two", "leaves early, which ends no other", .running, "exit 0"),
            SealOperation("late", "is not for now", .shutdown, "exit 1"),
            SealOperation("three", "the last", .running, "true"),
        ])
        #expect(run.output.suffix(1) == ["status 0"])
        #expect(run.output.contains("for admin"))
        #expect(run.begun == ["one", "two", "three"])
        #expect(run.failed == nil)
    }

    @Test(arguments: ["false", "exit 3", "set -e; false; true", "echo \"$NONE\""])
    func stopsAtTheFirstThatFails(script: String) async throws {
        let run = try await run([
            SealOperation("one", "the first", .running, "true"),
            SealOperation("two", "fails", .running, script),
            SealOperation("three", "is not told of", .running, "true"),
        ])
        #expect(run.output.last == "status 1")
        #expect(run.begun == ["one", "two"])
        #expect(run.failed == "two")
    }

    @Test func doesThemSideBySide() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "seal") { folder in
            let meets = { (mine: Int, other: Int) in
                """
                touch \(folder)/\(mine)
                for attempt in $(seq 200); do [ ! -e \(folder)/\(other) ] || exit 0; sleep 0.1; done
                exit 1
                """
            }
            let run = try await run([
                SealOperation("one", "waits for the second", .running, meets(1, 2)),
                SealOperation("two", "waits for the first", .running, meets(2, 1)),
            ])
            #expect(run.output.last == "status 0")
            #expect(run.begun == ["one", "two"])
        }
    }

    @Test func tellsWhichBeginsHoweverTheOutputIsCut() async throws {
        try await TestProject.with { project in
            var seal = RunningSeal([], account: SealedAccount(answers: try project.template().answers))
            let begun = "imagefactory-seal: begin one\nnoise\nimagefactory-seal: begin two\n".utf8.flatMap { byte in
                seal.begun(in: [byte])
            }
            #expect(begun == ["one", "two"])
        }
    }

    /// What a seal's script prints, with its status on the last line, and what the seal makes of that.
    private struct Run {
        let output: [String]
        let begun: [String]
        let failed: String?
    }

    private func run(_ operations: [SealOperation]) async throws -> Run {
        try await TestProject.with { project in
            var seal = RunningSeal(operations, account: SealedAccount(answers: try project.template().answers))
            let file = try project.write(seal.script, to: "seal.sh")
            let output = try await Program.run(
                "/bin/sh", ["-c", "/bin/sh \"$1\" 2>&1; echo \"status $?\"", "sh", file.string], deadline: .seconds(120)
            )
            let lines = output.text.split(separator: "\n").map(String.init)
            return Run(output: lines, begun: seal.begun(in: output.standardOutput), failed: seal.failed(in: lines))
        }
    }
}
