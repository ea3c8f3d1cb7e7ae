import Foundation
import HostSystem
import SystemPackage
import Testing

/// `imagefactory gc`, as its users see it; what it keeps is tested beside `KeepRules`.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct GCTests {
    private func withState(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-gc") { try await body($0) }
    }

    /// What a process left that was killed in the middle of a build: a run, an unfinished result, an unfinished release,
    /// half a file, and a program.
    private func leaveThings(in state: FilePath) async throws -> (run: FilePath, program: Task<Void, any Error>) {
        let run = state.pushing("runs/20260101T000000Z-abcdef")
        let release = state.appending("output")
        let key = String(repeating: "a", count: 64)
        let result = state.appending("store").appending("\(key).partial-\(name(run))")
        for folder in [run, release, result] { try folder.createFolder() }
        try run.appending("run.json").write(
            """
            {"id":"\(name(run))","keys":[],"process":1,"resources":[{"kind":"unfinished-release","name":"\(release)"}],
            "started":"2026-01-01T00:00:00.000Z","template":"web","version":"0"}
            """.utf8)
        try run.appending("lock").write("".utf8)
        try state.appending("digests.json.0123abcd.partial").write("{".utf8)
        let program = Task {
            _ = try await Program.$owners.withValue([run]) {
                try await Program.run("sleep", ["1000"], deadline: .seconds(100))
            }
        }
        _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "sleep") {
            OwnedProcesses(of: run).running.first
        }
        return (run, program)
    }

    private func name(_ path: FilePath) -> String { path.lastComponent?.string ?? "" }

    @Test func changesNothingWhenItOnlyLooks() async throws {
        try await withState { state in
            let (run, program) = try await leaveThings(in: state)
            try state.appending("mine").write("mine".utf8)
            let before = try await tree(state)
            let look = try await FactoryRun(["gc", "--dry-run"], in: "/", state: state)
            #expect(look.status == 0 && look.talk == "")
            #expect(try await tree(state) == before)
            #expect(OwnedProcesses(of: run).running.map(\.name) == ["sleep"])
            for word in ["unfinished-result", "unfinished-release", "temporary", "program", "would free"] {
                #expect(look.output.contains(word), "\(look.output)")
            }

            let done = try await FactoryRun(["gc"], in: "/", state: state)
            #expect(done.status == 0)
            #expect(done.output == look.output.replacing("would free", with: "freed"))
            await #expect(throws: ProgramError.self) { try await program.value }
            #expect(state.folderEntries == ["locks", "mine", "runs", "store"])
            #expect(try run.appending("run.json").readText().contains("abandoned"))
            #expect(state.appending("store").folderEntries.isEmpty)
        }
    }

    @Test func tellsProgramsWhatItFreed() async throws {
        try await withState { state in
            let (_, program) = try await leaveThings(in: state)
            let run = try await FactoryRun(["gc", "--format", "json"], in: "/", state: state)
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            #expect(report["isDryRun"] as? Bool == false)
            let garbage = try #require(report["garbage"] as? [[String: Any]])
            #expect(Set(garbage.compactMap { $0["kind"] as? String }).count == 4)
            let bytes = garbage.compactMap { $0["bytes"] as? Int }.reduce(0, +)
            #expect(bytes > 0 && report["bytes"] as? Int == bytes)
            #expect(garbage.allSatisfy { $0["name"] is String && $0["reason"] is String })
            _ = await program.result
        }
    }

    @Test func hasNothingToDoWhereNothingIs() async throws {
        try await withState { state in
            let look = try await FactoryRun(["gc", "--dry-run"], in: "/", state: state.appending("none"))
            #expect(look.output == "nothing to free\n" && look.status == 0)
            #expect(!state.appending("none").exists)
            let done = try await FactoryRun(["gc"], in: "/", state: state.appending("none"))
            #expect(done.output == "nothing to free\n" && done.status == 0)
        }
    }

    @Test(arguments: [["--keep", "-1"], ["--keep", "many"], ["--max-age", "long"], ["--max-age", "0d"], ["now"]])
    func refusesWhatCannotBe(arguments: [String]) async throws {
        try await withState { state in
            let run = try await FactoryRun(["gc"] + arguments, in: "/", state: state)
            #expect(run.status == 64)
            #expect(state.folderEntries.isEmpty)
        }
    }

    /// Everything in the state folder, with what cannot be changed without a trace.
    private func tree(_ folder: FilePath) async throws -> [String] {
        try await Program.run(
            "find", [folder.string, "-printf", "%P %i %s %m %T@ %C@\\n"], deadline: .seconds(60)
        ).text.split(separator: "\n").map(String.init).sorted()
    }
}
