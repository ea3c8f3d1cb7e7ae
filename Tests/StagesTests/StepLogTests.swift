import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct StepLogTests {
    @Test func logsStepsAndRemembersTheLastLinesOfTheCurrentOne() async throws {
        try await TestProject.with { project in
            let path = project.root.appending("provision.log")
            let log = try StepLog(path)
            log.begin("one")
            log.add("a\nb\n".utf8)
            #expect(log.lastLines(8) == ["a", "b"])
            log.begin("two")
            #expect(log.lastLines(8) == [])
            for number in 1...5 { log.add("line \(number)\n".utf8) }
            #expect(log.lastLines(2) == ["line 4", "line 5"])
            #expect(
                try path.readText() == "== one\na\nb\n== two\nline 1\nline 2\nline 3\nline 4\nline 5\n")
        }
    }

    @Test func joinsOutputThatComesInPieces() async throws {
        try await TestProject.with { project in
            let log = try StepLog(project.root.appending("provision.log"))
            log.begin("one")
            for byte in Array("Gr\u{FC}\u{DF}e\nend".utf8) { log.add([byte]) }
            #expect(log.lastLines(8) == ["Gr\u{FC}\u{DF}e", "end"])
        }
    }

    @Test func keepsAllInTheFileAndTheEndInMind() async throws {
        try await TestProject.with { project in
            let path = project.root.appending("provision.log")
            let log = try StepLog(path)
            log.begin("one")
            let line = String(repeating: "x", count: 99) + "\n"
            for _ in 0..<1000 { log.add(line.utf8) }
            log.add("the end\n".utf8)
            #expect(try path.fileSize().bytes == 100_000 + 8 + 7)
            #expect(log.lastLines(2).last == "the end")
            #expect(log.lastLines(1000).count < 200)
        }
    }

    @Test func appendsToAnEarlierLog() async throws {
        try await TestProject.with { project in
            let path = try project.write("before\n", to: "provision.log")
            try StepLog(path).begin("one")
            #expect(try path.readText() == "before\n== one\n")
        }
    }
}
