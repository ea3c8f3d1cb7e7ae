import HostSystem
import Synchronization
import SystemPackage
import Testing

struct ProgramStreamTests {
    private struct Refusal: Error {}

    @Test func feedsAProgramMoreThanAPipeHolds() async throws {
        let block = [UInt8](repeating: 7, count: 1 << 20)
        let output = try await Program.run("wc", ["-c"], deadline: .seconds(60)) { sink, _ in
            for _ in 0..<20 { try sink.writeAll(block) }
        }
        #expect(output.text == "\(20 << 20)")
    }

    @Test func judgesAProgramThatStopsReadingByItsStatus() async throws {
        let block = [UInt8](repeating: 7, count: 1 << 20)
        let output = try await Program.run("head", ["-c", "3"], deadline: .seconds(60)) { sink, _ in
            for _ in 0..<20 { try sink.writeAll(block) }
        }
        #expect(output.standardOutput == [7, 7, 7])
        await #expect {
            try await Program.run("sh", ["-c", "echo enough >&2; exit 3"], deadline: .seconds(60)) { sink, _ in
                for _ in 0..<20 { try sink.writeAll(block) }
            }
        } throws: { "\($0)".contains("enough") }
    }

    @Test func throwsWhatItsFeederThrows() async {
        await #expect(throws: Refusal.self) {
            try await Program.run("cat", deadline: .seconds(60)) { _, _ in throw Refusal() }
        }
        // Also where the program then complains that it got too little.
        await #expect(throws: Refusal.self) {
            try await Program.run("sh", ["-c", "cat; exit 1"], deadline: .seconds(60)) { _, _ in throw Refusal() }
        }
    }

    @Test func saysThatAProgramToFeedIsNotInstalled() async {
        await #expect(throws: ProgramError.self) {
            try await Program.run("imagefactory-no-such-program", deadline: .seconds(10)) { sink, _ in
                for _ in 0..<200 { try sink.writeAll([UInt8](repeating: 0, count: 1 << 16)) }
            }
        }
    }

    @Test func hasOneProgramReadWhatAnotherWrites() async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-pipe") { folder in
            let counts = Mutex<[Int64]>([])
            try await Program.run(
                Program.Call("head", ["-c", "5000000", "/dev/zero"]),
                into: Program.Call("sh", ["-c", "wc -c >\"$1\"", "sh", folder.appending("count").string]),
                deadline: .seconds(60)
            ) { count in counts.withLock { $0.append(count) } }
            #expect(try folder.appending("count").readText() == "5000000\n")
            #expect(counts.withLock { $0.last } == 5_000_000)
            #expect(counts.withLock { $0 == $0.sorted() })
        }
    }

    @Test(arguments: [
        ("echo bad source >&2; exit 4", "cat >/dev/null", "bad source"),
        ("exec cat /dev/zero", "head -c 10 >/dev/null; echo bad sink >&2; exit 5", "bad sink"),
        ("head -c 3000000 /dev/zero", "cat >/dev/null; echo bad sink >&2; exit 5", "bad sink"),
    ])
    func blamesTheProgramThatFailedFirst(source: String, sink: String, message: String) async {
        await #expect {
            try await Program.run(
                Program.Call("sh", ["-c", source]), into: Program.Call("sh", ["-c", sink]), deadline: .seconds(60)
            ) { _ in }
        } throws: { "\($0)".contains(message) }
    }

    @Test func endsBothProgramsAtTheDeadline() async {
        let clock = ContinuousClock()
        let time = await clock.measure {
            await #expect(throws: ProgramError.self) {
                try await Program.run(
                    Program.Call("sleep", ["100"]), into: Program.Call("cat", []), deadline: .milliseconds(300)
                ) { _ in }
            }
        }
        #expect(time < .seconds(30))
    }
}
