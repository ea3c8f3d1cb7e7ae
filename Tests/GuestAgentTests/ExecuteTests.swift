import Foundation
import GuestAgent
import HostSystem
import SystemPackage
import Testing

struct ExecuteTests {
    @Test func returnsBothStreamsAndTheExitCode() async throws {
        try await QemuAgent.with { fixture in
            let result = try await fixture.agent.shell(
                #"echo "out $1"; echo "error $2" >&2; exit 7"#, ["a b", "ü"], deadline: .seconds(20))
            #expect(result.text == "out a b")
            #expect(result.errorText == "error ü")
            #expect(result.exitCode == 7)
            #expect(result.signal == nil)
            #expect(!result.succeeded)
            #expect(result.ending == "exit status 7")
        }
    }

    @Test func returnsTheSignalThatEndedIt() async throws {
        try await QemuAgent.with { fixture in
            let result = try await fixture.agent.shell("kill -KILL $$", deadline: .seconds(20))
            #expect(result.signal == 9)
            #expect(result.exitCode == nil)
            #expect(result.ending == "signal 9")
        }
    }

    @Test func handsInputOver() async throws {
        try await QemuAgent.with { fixture in
            let input = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let result = try await fixture.agent.execute("/bin/cat", input: input, deadline: .seconds(20))
            #expect(result.standardOutput == input)
        }
    }

    @Test func setsTheEnvironmentAndKeepsAPath() async throws {
        try await QemuAgent.with { fixture in
            let result = try await fixture.agent.shell(
                #"printf '%s|' "$NAME" && ls / > /dev/null && env | grep -c ^PATH="#, environment: ["NAME": "a b"],
                deadline: .seconds(20))
            #expect(result.text == "a b|1")
        }
    }

    @Test func returnsABigOutputWhole() async throws {
        try await QemuAgent.with { fixture in
            let result = try await fixture.agent.shell(
                "head -c 3000000 /dev/zero | tr '\\0' x", deadline: .seconds(60))
            #expect(result.standardOutput.count == 3_000_000)
            #expect(result.standardOutput.allSatisfy { $0 == UInt8(ascii: "x") })
            #expect(!result.isTruncated)
        }
    }

    @Test func saysThatOutputIsMissing() async throws {
        try await QemuAgent.with(callDeadline: .seconds(60)) { fixture in
            let result = try await fixture.agent.shell("head -c 20000000 /dev/zero", deadline: .seconds(120))
            #expect(result.isTruncated)
            #expect(result.standardOutput.count == 16 << 20)
        }
    }

    @Test func refusesAProgramThatIsNotThere() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            await expectError(.refused) { try await agent.execute("/no/such/program", deadline: .seconds(20)) }
        }
    }

    @Test func killsAProgramAtItsDeadline() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let pidFile = fixture.folder.appending("pid")
            let start = ContinuousClock.now
            await expectError(.overdue) {
                try await agent.shell(
                    #"echo $$ > "$1"; exec sleep 600"#, [pidFile.string], deadline: .milliseconds(700))
            }
            #expect(ContinuousClock.now - start < .seconds(15))
            try await expectEnd(of: pidFile)
        }
    }

    @Test(arguments: [AgentError.Kind.timedOut, .interrupted, .unreachable])
    func killsAProgramOfWhichNothingIsHeardByItsDeadline(kind: AgentError.Kind) async throws {
        let silence = AgentError(kind, command: "", message: "silence")
        let channel = ScriptedChannel([.success(#"{"return":{"pid":7}}"#), .failure(silence)])
        await expectError(.overdue) {
            try await Agent(channel: channel).execute("sleep", deadline: .milliseconds(100))
        }
        #expect(channel.requests.last?.contains("kill -KILL 7") == true)
        let looks = zip(channel.requests, channel.deadlines).filter { $0.0.contains("guest-exec-status") }
        #expect(!looks.isEmpty && looks.allSatisfy { $0.1 <= .seconds(1) })
    }

    @Test func killsAProgramWhenItsTaskIsCancelled() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let pidFile = fixture.folder.appending("pid")
            let task = Task {
                try await agent.shell(
                    #"echo $$ > "$1.new"; mv "$1.new" "$1"; exec sleep 600"#, [pidFile.string],
                    deadline: .seconds(600))
            }
            try await poll(every: .milliseconds(20), deadline: .seconds(20), for: "the program's start") {
                pidFile.exists ? () : nil
            }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(9))
            try await expectEnd(of: pidFile)
        }
    }

    @Test func saysThatTheAgentWasRestarted() async throws {
        try await QemuAgent.lend { fixture in
            let agent = fixture.agent
            let mark = fixture.folder.appending("mark")
            let call = Task {
                try await poll(every: .milliseconds(20), deadline: .seconds(20), for: "the first agent") {
                    try? await agent.ping()
                }
                await expectError(.lost) {
                    try await agent.shell(#": > "$1"; sleep 60"#, [mark.string], deadline: .seconds(60))
                }
            }
            defer { call.cancel() }
            try await fixture.running {
                try await poll(every: .milliseconds(20), deadline: .seconds(20), for: "the program's start") {
                    mark.exists ? () : nil
                }
            }
            try await fixture.running { try await call.value }
        }
    }

    private func expectEnd(of pidFile: FilePath) async throws {
        let text = try pidFile.readText().trimmingCharacters(in: .whitespacesAndNewlines)
        let pid = try #require(pid_t(text))
        try await poll(every: .milliseconds(20), deadline: .seconds(5), for: "the end of process \(pid)") {
            kill(pid, 0) == -1 && errno == ESRCH ? () : nil
        }
    }
}
