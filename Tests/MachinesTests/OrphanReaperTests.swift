import Foundation
import HostSystem
import Machines
import SystemPackage
import Testing

/// Harmless processes that look like QEMU, as far as their arguments go.
@Suite(.timeLimit(.minutes(1)))
struct OrphanReaperTests {
    @Test func endsTheMachinesOfItsRuntimeFolder() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-reaper") { folder in
            let runtime = RuntimeFolder(path: folder.appending("a1b2c3d4"))
            try runtime.path.createFolder()
            let machine = try StandIn("qemu-system-x86_64", machineArguments("if-abc123-build", in: runtime))
            let found = try await OrphanReaper(runtime: runtime).reap()
            #expect(
                found == [
                    "ended the machine if-abc123-build (process \(machine.id))", "removed \(runtime.path)",
                ])
            #expect(machine.waitForEnd() == SIGKILL)
            #expect(!runtime.path.exists)
        }
    }

    @Test func touchesNothingElse() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-reaper") { folder in
            let ours = RuntimeFolder(path: folder.appending("a1b2c3d4"))
            let other = RuntimeFolder(path: folder.appending("a1b2c3d4-other"))
            for runtime in [ours, other] { try runtime.path.createFolder() }
            let others = [
                try StandIn("qemu-system-x86_64", machineArguments("if-def456-build", in: other)),
                try StandIn("qemu-system-x86_64", ["-name", "guest=if-abc123-build,debug-threads=on"]),
                try StandIn("qemu-system-x86_64", ["-name", "vm", "-pidfile", ours.path.appending("pid").string]),
                try StandIn("editor", machineArguments("if-abc123-build", in: ours)),
            ]
            let found = try await OrphanReaper(runtime: ours).reap()
            #expect(found == ["removed \(ours.path)"])
            #expect(other.path.exists)
            for process in others {
                #expect(process.isRunning)
                process.end()
            }
        }
    }

    @Test func findsNothingWhereNothingIs() async throws {
        let found = try await OrphanReaper(runtime: RuntimeFolder(path: "/var/tmp/if-reaper-none/a1b2c3d4")).reap()
        #expect(found.isEmpty)
    }

    private func machineArguments(_ name: String, in runtime: RuntimeFolder) -> [String] {
        [
            "-name", "guest=\(name),debug-threads=on", "-chardev",
            "socket,id=charserial0,path=\(runtime.socket("\(name).c")),server=on,wait=off",
        ]
    }
}

/// A shell that waits for its standard input to end, under another name.
private final class StandIn {
    private let process = Foundation.Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts it, and returns when it goes by its new name.
    init(_ name: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments =
            ["-c", "exec -a \(name) /bin/bash -c 'echo ready; read -r line' stand-in \"$@\"", "starter"] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let ready = try output.fileHandleForReading.read(upToCount: 6)
        try #require(ready == Data("ready\n".utf8))
    }

    deinit {
        end()
    }

    var id: pid_t { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// The signal that ended it.
    func waitForEnd() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal ? process.terminationStatus : 0
    }

    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
