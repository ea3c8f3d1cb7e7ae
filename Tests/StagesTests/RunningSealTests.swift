import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct RunningSealTests {
    private static let account = SealedAccount(name: "admin", hasKey: false, rootHasKey: false, rootHasPassword: false)

    @Test func isShellWithEveryOperationOfARunningSystem() async throws {
        var seal = RunningSeal(SealCatalog.operations, account: Self.account)
        try await checkSyntax(of: seal.script)
        let finished = seal.script.split(separator: "\n").compactMap { line in
            line.wholeMatch(of: /finish (.+) seal_.+/).map { String($0.1) }
        }
        let running = SealCatalog.operations.filter { $0.moment == .running && $0.place != .disk }
        #expect(finished == running.map(\.name))
        #expect(seal.begun(in: [UInt8]()) == [])
    }

    @Test func doesEachInOrderAndTellsOfIt() async throws {
        let run = try await run([
            operation("one", "echo \"for $ACCOUNT\"\necho \"in $place\"\necho talk >&2"),
            operation("two", "return 0"),
            operation("late", "return 1", .shutdown),
            operation("three", "exit 0"),
        ])
        #expect(run.output.last == "status 0")
        #expect(run.output.contains("  talk"))
        #expect(run.begun == ["one", "two", "three"])
        #expect(run.telling.accounts["one"] == SealTelling.Account(did: ["for admin", "in guest"], count: 2))
        #expect(run.telling.accounts["two"] == SealTelling.Account(did: [], count: 0))
        #expect(run.telling.isDone)
        #expect(run.failure == nil)
    }

    @Test(arguments: ["false", "return 3", "exit 3", "false; true", "echo \"$NONE\"", "remove /proc/version; true"])
    func failsWithAnyCommandOfAnOperation(script: String) async throws {
        let run = try await run([
            operation("one", "true"), operation("two", script), operation("three", "true"),
        ])
        #expect(run.output.last == "status 1")
        #expect(run.begun == ["one", "two", "three"])
        #expect(run.failure?.operation == "two")
        #expect(!run.telling.isDone)
    }

    @Test func tellsNoMoreThanAFewOfManyThings() async throws {
        let run = try await run([operation("many", "for number in $(seq 1000); do echo \"removed $number\"; done")])
        #expect(run.telling.accounts["many"]?.count == 1000)
        #expect(run.telling.accounts["many"]?.did == (1...20).map { "removed \($0)" })
    }

    @Test func doesThemSideBySide() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "seal") { folder in
            let meets = { (mine: Int, other: Int) in
                """
                touch \(folder)/\(mine)
                for attempt in $(seq 200); do [ ! -e \(folder)/\(other) ] || return 0; sleep 0.1; done
                return 1
                """
            }
            let run = try await run([operation("one", meets(1, 2)), operation("two", meets(2, 1))])
            #expect(run.output.last == "status 0")
            #expect(run.begun == ["one", "two"])
        }
    }

    @Test func tellsWhichBeginsHoweverTheOutputIsCut() {
        var seal = RunningSeal([], account: Self.account)
        let begun = "imagefactory-seal: begin one\nnoise\nimagefactory-seal: begin two\n".utf8.flatMap { byte in
            seal.begun(in: [byte])
        }
        #expect(begun == ["one", "two"])
    }

    @Test func isNotDoneWithoutTheLastWord() {
        let one = operation("one", "true")
        var seal = RunningSeal([one], account: Self.account)
        _ = seal.begun(in: "imagefactory-seal: begin one\nimagefactory-seal: end one 0\n".utf8)
        #expect(throws: SealError.self) { try seal.confirm(output: []) }
    }

    private func operation(
        _ name: String, _ script: String, _ moment: SealOperation.Moment = .running
    ) -> SealOperation {
        SealOperation(
            name: name, profile: .minimal, moment: moment, summary: "does something", reason: "It is a test.",
            script: script)
    }

    /// What a seal's script prints, with its status on the last line, and what the seal makes of that.
    private struct Run {
        let output: [String]
        let begun: [String]
        let telling: SealTelling
        let failure: SealError?
    }

    private func run(_ operations: [SealOperation]) async throws -> Run {
        try await withScratchFolder(in: "/tmp", prefix: "seal") { folder in
            var seal = RunningSeal(operations, account: Self.account)
            let file = folder.appending("seal.sh")
            try file.write(seal.script.utf8)
            let output = try await Program.run(
                "/bin/sh", ["-c", "/bin/sh \"$1\" 2>&1; echo \"status $?\"", "sh", file.string], deadline: .seconds(120)
            )
            let lines = output.text.split(separator: "\n").map(String.init)
            let begun = seal.begun(in: output.standardOutput)
            let failure: SealError?
            do throws(SealError) {
                try seal.confirm(output: lines)
                failure = nil
            } catch {
                failure = error
            }
            return Run(output: lines, begun: begun, telling: seal.telling, failure: failure)
        }
    }
}
