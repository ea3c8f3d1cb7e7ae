import HostSystem
import SystemPackage
import Testing

struct OwnedProcessesTests {
    @Test func areAllThatWereStartedForAFolder() async throws {
        let outer = FilePath("/run/imagefactory-test-\(String.randomHex(digits: 8))")
        let inner = outer.appending("inner")
        // The shell's child is known too, and so is one that has a session of its own.
        let program = Task {
            try await Program.$owners.withValue([outer, inner]) {
                try await Program.run("sh", ["-c", "setsid sleep 1000 & sleep 1000"], deadline: .seconds(60))
            }
        }
        let other = Task { try await Program.run("sleep", ["1000"], deadline: .seconds(60)) }
        for owner in [outer, inner] {
            let found = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "three programs") {
                let running = OwnedProcesses(of: owner).running
                return running.count == 3 && running.filter { $0.name == "sleep" }.count == 2 ? running : nil
            }
            #expect(Set(found.map(\.name)) == ["sh", "sleep"])
        }
        #expect(OwnedProcesses(of: FilePath("\(outer)x")).running.isEmpty)
        #expect(OwnedProcesses(of: "/run").running.isEmpty)

        #expect(try await OwnedProcesses(of: inner).end().count == 3)
        #expect(OwnedProcesses(of: outer).running.isEmpty)
        await #expect(throws: ProgramError.self) { try await program.value }
        other.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
    }

    @Test func areNoneWithoutAFolder() async throws {
        #expect(try await Program.run("env", deadline: .seconds(10)).text.contains("IMAGEFACTORY_OWNERS") == false)
        try await withScratchFolder(in: "/tmp", prefix: "if-owned") { folder in
            let environment = try await Program.run("env", deadline: .seconds(10)).text
            #expect(environment.contains("IMAGEFACTORY_OWNERS=\(folder)"))
        }
    }
}
