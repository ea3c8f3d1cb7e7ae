import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Machines

/// Real processes that look like a machine's, each the child of another process.
@Suite(.timeLimit(.minutes(1)))
struct QEMUProcessTests {
    @Test(arguments: [("KILL", ProcessEnd.signalled(9)), ("ABRT", .signalled(6)), ("SEGV", .signalled(11))])
    func knowsTheSignalThatEndedAProcessOfSomebodyElse(signal: String, end: ProcessEnd) async throws {
        try await withProcess("kill -\(signal) $$") { process in
            try await awaitEnd(of: process)
            let findings = await process.findings()
            #expect(findings.end == end)
        }
    }

    @Test func knowsTheStatusThatAProcessEndedWith() async throws {
        try await withProcess("exit 3") { process in
            try await awaitEnd(of: process)
            let findings = await process.findings()
            #expect(findings.end == .exited(3))
        }
    }

    @Test func seesAStoppedProcessAndEndsIt() async throws {
        try await withProcess("kill -STOP $$; exit 0") { process in
            _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the stop") {
                process.state == "T" ? true : nil
            }
            await process.end()
            #expect(process.state.map { $0 == "Z" } ?? true, "it is waited for")
            let findings = await process.findings()
            #expect(findings.end == .signalled(9))
            #expect(findings.groups == [])
        }
    }

    /// What is adopted leaves nothing behind, so that libvirt need not wait for the host's first process.
    @Test func takesNoteOfTheEndOfAProcessOfItsOwn() async throws {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "if-process") { folder in
            let name = "if-test-\(String.randomHex(digits: 8))"
            let program = folder.appending("qemu-shell")
            try FileManager.default.createSymbolicLink(atPath: program.string, withDestinationPath: "/bin/sh")
            let words = [program.string, "-c", "read line; exit 5", "sh", "guest=\(name),x", "\(folder)/socket"]
            var arguments = words.map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            let (input, go) = try FileDescriptor.pipe()
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_adddup2(&actions, input.rawValue, 0)
            posix_spawn_file_actions_addclose(&actions, go.rawValue)
            var child = pid_t()
            try #require(posix_spawn(&child, program.string, &actions, nil, &arguments, environ) == 0)
            try input.close()
            let process = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the process") {
                QEMUProcess(of: name, in: folder)
            }
            #expect(process.id == child)
            try go.close()
            _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the end of its record") {
                FilePath("/proc/\(child)").exists ? nil : true
            }
            let findings = await process.findings()
            #expect(findings.end == .exited(5))
        }
    }

    @Test func findsNoMachineWhereThereIsNone() {
        #expect(QEMUProcess(of: "if-no-such-machine", in: "/run") == nil)
    }

    /// Two that go on from one checkpoint have one name.
    @Test func tellsMachinesOfOneNameApart() async throws {
        try await withProcess("sleep 30", named: "if-twin-\(getpid())") { first in
            try await withProcess("sleep 30", named: "if-twin-\(getpid())") { second in
                #expect(first.id != second.id)
                await second.end()
                #expect(first.state != nil && first.state != "Z")
            }
            await first.end()
        }
    }

    /// Findings are asked for after an end, which a busy host may take its time for.
    private func awaitEnd(of process: QEMUProcess) async throws {
        _ = try await poll(every: .milliseconds(10), deadline: .seconds(30), for: "the end of the process") {
            process.state.map { $0 == "Z" } ?? true ? true : nil
        }
    }

    /// Lends a process with a machine's name among its arguments, which does `ending` as soon as it is known.
    private func withProcess(
        _ ending: String, named name: String = "if-test-\(String.randomHex(digits: 8))",
        _ body: (QEMUProcess) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: FilePath(NSTemporaryDirectory()), prefix: "if-process") { folder in
            // A shell under QEMU's name. Its parent takes no note of its end, as the host's first process may at any time.
            let program = folder.appending("qemu-shell")
            try FileManager.default.createSymbolicLink(atPath: program.string, withDestinationPath: "/bin/sh")
            let lines = "while [ ! -e \(folder)/go ]; do sleep 0.02; done; \(ending)"
            let parent = "(\"$0\" \"$@\" & exec sleep 120) >/dev/null 2>&1 & echo $!"
            let output = try await Program.run(
                "/bin/sh",
                ["-c", parent, program.string, "-c", lines, "sh", "guest=\(name),x", "\(folder)/socket"],
                deadline: .seconds(10))
            let id = try #require(pid_t(output.text))
            defer { kill(id, SIGKILL) }
            let process = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the process") {
                QEMUProcess(of: name, in: folder)
            }
            try folder.appending("go").write([])
            try await body(process)
        }
    }
}
