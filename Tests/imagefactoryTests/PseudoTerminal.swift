import Foundation
import HostSystem
import SystemPackage
import Testing

/// The program at a terminal of its own, as somebody sits at it who waits for words and types.
struct PseudoTerminal: Decodable {
    /// Something that is waited for, and what is typed then.
    struct Step: Encodable {
        let awaits: String
        let types: String
    }

    /// How the program ended; below 0, the signal that ended it.
    let status: Int
    /// All that the terminal showed.
    let shown: String
    /// Whether typing was shown, at each step before anything was typed.
    let echoed: [Bool]
    /// Whether the terminal's settings were in the end what they were in the beginning.
    let isRestored: Bool
    /// The command lines of the program, as every user of the host sees them, each time before something was typed.
    let commandLines: [String]

    /// Runs the program; the terminal is python's, in a session of its own.
    static func run(_ arguments: [String], in folder: FilePath, _ steps: [Step]) async throws -> PseudoTerminal {
        let input = Request(program: FactoryRun.program.string, arguments: arguments, steps: steps)
        let output = try await Program.run(
            "python3", ["-c", script], input: Array(try JSONEncoder().encode(input)),
            environment: ["IMAGEFACTORY_STATE": folder.string], in: folder, deadline: .seconds(100))
        return try JSONDecoder().decode(PseudoTerminal.self, from: Data(output.standardOutput))
    }

    private struct Request: Encodable {
        let program: String
        let arguments: [String]
        let steps: [Step]
    }

    private static let script = """
        import fcntl, json, os, select, subprocess, sys, termios, time

        request = json.load(sys.stdin)
        master, slave = os.openpty()
        before = termios.tcgetattr(slave)

        def take_terminal():
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        child = subprocess.Popen(
            [request["program"], *request["arguments"]], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, preexec_fn=take_terminal)
        end = time.monotonic() + 60
        shown, looked, echoed, lines = "", 0, [], []

        def read(limit):
            global shown
            ready, _, _ = select.select([master], [], [], limit)
            if ready:
                shown += os.read(master, 65536).decode(errors="replace")
            return bool(ready)

        for step in request["steps"]:
            while (found := shown.find(step["awaits"], looked)) < 0:
                if time.monotonic() > end or child.poll() is not None and not read(0):
                    sys.exit(f"waited for {step['awaits']!r}, and the terminal shows {shown!r}")
                read(0.05)
            looked = found + len(step["awaits"])
            echoed.append(bool(termios.tcgetattr(slave)[3] & termios.ECHO))
            lines.append(open(f"/proc/{child.pid}/cmdline").read().replace("\\0", " "))
            os.write(master, step["types"].encode())
        while child.poll() is None and time.monotonic() < end:
            read(0.05)
        if child.poll() is None:
            child.kill()
        status = child.wait()
        while read(0):
            pass
        json.dump({
            "status": status, "shown": shown, "echoed": echoed, "isRestored": termios.tcgetattr(slave) == before,
            "commandLines": lines,
        }, sys.stdout)
        """
}
