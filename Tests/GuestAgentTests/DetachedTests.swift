import Foundation
import GuestAgent
import HostSystem
import Synchronization
import SystemPackage
import Testing

struct DetachedTests {
    @Test func handsTheOutputOverAndReturnsTheStatus() async throws {
        try await QemuAgent.with { fixture in
            let script = DetachedScript(
                Array("echo \"one $1 $NAME\"\necho two >&2\nexit 5\n".utf8), arguments: ["a b"],
                environment: ["NAME": "it's $HOME", "folder": "/nowhere"])
            var output: [UInt8] = []
            let result = try await fixture.agent.runDetached(script, deadline: .seconds(60)) { output += $0 }
            #expect(String(decoding: output, as: UTF8.self) == "one a b it's $HOME\ntwo\n")
            #expect(result.exitCode == 5)
            #expect(result.outputSize == output.count)
            #expect(fixture.folder.appending("scripts").folderEntries == [])
        }
    }

    @Test func handsOutputOverWhileTheScriptRuns() async throws {
        try await QemuAgent.with { fixture in
            let gate = fixture.folder.appending("gate")
            let script = DetachedScript(
                Array("echo waiting; while [ ! -e \"$1\" ]; do sleep 0.05; done; echo done".utf8),
                arguments: [gate.string])
            var output: [UInt8] = []
            let result = try await fixture.agent.runDetached(script, deadline: .seconds(60)) { piece in
                output += piece
                try? gate.write([])
            }
            #expect(result.succeeded)
            #expect(String(decoding: output, as: UTF8.self) == "waiting\ndone\n")
        }
    }

    @Test(arguments: [
        ("#!/bin/sh -e\nfalse\necho no", 1, ""), ("#!/usr/bin/env perl\nprint 6 * 7;", 0, "42"),
        ("#! /bin/bash\necho ${BASH_VERSION:+bash}", 0, "bash\n"), ("#!\necho none", 0, "none\n"),
        ("#!/no/such/interpreter\n", 127, nil), ("kill -TERM $$", 143, nil),
    ])
    func runsTheInterpreterOfTheFirstLine(text: String, status: Int, expected: String?) async throws {
        try await QemuAgent.with { fixture in
            var output: [UInt8] = []
            let result = try await fixture.agent.runDetached(
                DetachedScript(Array(text.utf8)), deadline: .seconds(60)
            ) { output += $0 }
            #expect(result.exitCode == status)
            if let expected { #expect(String(decoding: output, as: UTF8.self) == expected) }
        }
    }

    @Test func triesAgainWhenNothingIsHeardOfAShortProcess() async throws {
        let agent = Agent(channel: AwayChannel(), callDeadline: .milliseconds(50))
        await expectError(.fileError) {
            try await agent.runDetached(DetachedScript([]), deadline: .seconds(30)) { _ in }
        }
    }

    @Test func handsALongOutputOverWhole() async throws {
        try await QemuAgent.with { fixture in
            let script = DetachedScript(Array("seq 1 300000".utf8))
            var output: [UInt8] = []
            _ = try await fixture.agent.runDetached(script, deadline: .seconds(120)) { output += $0 }
            #expect(output == Array((1...300_000).map { "\($0)\n" }.joined().utf8))
        }
    }

    @Test func keepsSecretsOutOfArgumentsAndFilesOfOthers() async throws {
        try await QemuAgent.with { fixture in
            let secret = "s3cr'et \(String.randomHex(digits: 12))"
            let text = """
                [ "$TOKEN" = "$(cat "$1")" ] || exit 1
                for folder in /proc/[0-9]*; do
                    tr '\\0' ' ' < "$folder/cmdline" 2> /dev/null | grep -qF -f "$1" && exit 2
                done
                grep -rqF -f "$1" "$2" && exit 3
                exit 0
                """
            let expected = fixture.folder.appending("expected")
            try expected.write(Array(secret.utf8))
            let script = DetachedScript(
                Array(text.utf8), arguments: [expected.string, fixture.folder.appending("scripts").string],
                secrets: ["TOKEN": Secret(secret)])
            let result = try await fixture.agent.runDetached(script, deadline: .seconds(60)) { _ in }
            #expect(result.exitCode == 0)
            #expect(!fixture.channel.requests.contains { $0.contains("guest-exec") && $0.contains(secret) })
        }
    }

    @Test func outlivesARestartOfTheAgent() async throws {
        try await QemuAgent.lend { fixture in
            let agent = fixture.agent
            let gate = fixture.folder.appending("gate")
            let script = DetachedScript(
                Array("echo before; while [ ! -e \"$1\" ]; do sleep 0.05; done; echo after; exit 3".utf8),
                arguments: [gate.string])
            let task = Task {
                var output: [UInt8] = []
                let result = try await agent.runDetached(script, deadline: .seconds(60)) { output += $0 }
                return String(decoding: output, as: UTF8.self) + "\(result.exitCode)"
            }
            try await fixture.running { try await waitFor(started(script, in: fixture)) }
            try gate.write([])
            try await waitFor(started(script, in: fixture).removingLastComponent().appending("status"))
            let text = try await fixture.running { try await task.value }
            #expect(text == "before\nafter\n3")
        }
    }

    @Test func endsAScriptAtItsDeadline() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let pidFile = fixture.folder.appending("pid")
            let script = DetachedScript(
                Array("sleep 600 & echo $! > \"$1\"; wait".utf8), arguments: [pidFile.string])
            let start = ContinuousClock.now
            await expectError(.overdue) { try await agent.runDetached(script, deadline: .seconds(2)) { _ in } }
            #expect(ContinuousClock.now - start < .seconds(24))
            try await expectEnd(of: pidFile)
            #expect(fixture.folder.appending("scripts").folderEntries == [])
        }
    }

    @Test func endsAScriptThatIgnoresItsTermination() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let pidFile = fixture.folder.appending("pid")
            let script = DetachedScript(
                Array("trap '' TERM; echo $$ > \"$1\"; while :; do sleep 0.2; done".utf8),
                arguments: [pidFile.string])
            await expectError(.overdue) { try await agent.runDetached(script, deadline: .seconds(1)) { _ in } }
            try await expectEnd(of: pidFile)
        }
    }

    @Test func endsAScriptWhenItsTaskIsCancelled() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let pidFile = fixture.folder.appending("pid")
            let script = DetachedScript(
                Array("echo $$ > \"$1.new\"; mv \"$1.new\" \"$1\"; exec sleep 600".utf8),
                arguments: [pidFile.string])
            let task = Task { try await agent.runDetached(script, deadline: .seconds(600)) { _ in } }
            try await waitFor(pidFile)
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(15))
            try await expectEnd(of: pidFile)
            #expect(fixture.folder.appending("scripts").folderEntries == [])
        }
    }

    @Test func noticesAScriptThatWasKilled() async throws {
        try await QemuAgent.with { fixture in
            let agent = fixture.agent
            let script = DetachedScript(Array("kill -KILL $PPID; sleep 600".utf8))
            let start = ContinuousClock.now
            await expectError(.lost) { try await agent.runDetached(script, deadline: .seconds(60)) { _ in } }
            #expect(ContinuousClock.now - start < .seconds(40))
        }
    }

    @Test func givesUpOnAnAgentThatNeverComes() async throws {
        try await QemuAgent.lend(callDeadline: .seconds(1)) { fixture in
            let agent = fixture.agent
            let script = DetachedScript(Array("echo".utf8))
            await expectError(.unreachable) { try await agent.runDetached(script, deadline: .seconds(1)) { _ in } }
        }
    }

    @Test func refusesWhatNoShellCanCarry() async throws {
        let agent = Agent(channel: ScriptedChannel(#"{"return":{}}"#))
        let table: [(DetachedScript, DetachedScriptError)] = [
            (DetachedScript([], environment: ["A B": ""]), .badName("A B")),
            (DetachedScript([], environment: ["1A": ""]), .badName("1A")),
            (DetachedScript([], environment: ["": ""]), .badName("")),
            (DetachedScript([], secrets: ["A=$(id)": Secret("")]), .badName("A=$(id)")),
            (DetachedScript([], secrets: ["A": Secret("a\u{0}")]), .nulInValue("A")),
            (DetachedScript([], id: "../etc"), .badID("../etc")), (DetachedScript([], id: ""), .badID("")),
        ]
        for (script, expected) in table {
            await #expect(throws: expected) { try await agent.runDetached(script, deadline: .seconds(1)) { _ in } }
        }
    }

    private func started(_ script: DetachedScript, in fixture: QemuAgent) -> FilePath {
        fixture.folder.appending("scripts").appending(script.id).appending("pid")
    }

    private func waitFor(_ path: FilePath) async throws {
        try await poll(every: .milliseconds(20), deadline: .seconds(20), for: "\(path)") { path.exists ? () : nil }
    }

    private func expectEnd(of pidFile: FilePath) async throws {
        let text = try pidFile.readText().trimmingCharacters(in: .whitespacesAndNewlines)
        let pid = try #require(pid_t(text))
        try await poll(every: .milliseconds(20), deadline: .seconds(5), for: "the end of process \(pid)") {
            kill(pid, 0) == -1 && errno == ESRCH ? () : nil
        }
    }
}

/// A channel that says nothing of the first process that makes a folder, and that the second one failed.
private final class AwayChannel: AgentChannel {
    private let attempts = Atomic(0)

    func send(_ request: String, deadline: Duration) async throws(AgentError) -> String {
        if request.contains("mkdir") { attempts.add(1, ordering: .relaxed) }
        guard request.contains("guest-exec-status") else { return #"{"return":{"pid":7}}"# }
        guard attempts.load(ordering: .relaxed) > 1 else {
            throw AgentError(.interrupted, command: "", message: "away")
        }
        return #"{"return":{"exited":true,"exitcode":1}}"#
    }
}
