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
            let machine = try StandIn("qemu-system-x86_64", machineArguments("if-abc123-build", in: runtime))
            // By such a process libvirt asks what QEMU can do.
            let probe = try StandIn("qemu-system-x86_64", ["-pidfile", runtime.path.appending("l/qmp/pid").string])
            let reaper = OrphanReaper(runtime: runtime)
            #expect(
                reaper.orphans.sorted { $0.id < $1.id } == [
                    MachineProcess(id: machine.id, machine: "if-abc123-build"),
                    MachineProcess(id: probe.id, machine: nil),
                ])
            try await reaper.end()
            #expect(machine.waitForEnd() == SIGKILL && probe.waitForEnd() == SIGKILL)
            #expect(reaper.orphans.isEmpty)
        }
    }

    @Test func touchesNothingElse() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-reaper") { folder in
            let ours = RuntimeFolder(path: folder.appending("a1b2c3d4"))
            let other = RuntimeFolder(path: folder.appending("a1b2c3d4-other"))
            let others = [
                try StandIn("qemu-system-x86_64", machineArguments("if-def456-build", in: other)),
                try StandIn("qemu-system-x86_64", ["-name", "guest=if-abc123-build,debug-threads=on"]),
                try StandIn("qemu-system-x86_64", ["-name", "vm", "-chdir", ours.path.string]),
                try StandIn("editor", machineArguments("if-abc123-build", in: ours)),
            ]
            #expect(OrphanReaper(runtime: ours).orphans.isEmpty)
            try await OrphanReaper(runtime: ours).end()
            for process in others {
                #expect(process.isRunning)
                process.end()
            }
        }
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
