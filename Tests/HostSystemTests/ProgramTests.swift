import Foundation
import HostSystem
import SystemPackage
import Testing

struct ProgramTests {
    @Test func givesWhatAProgramPrints() async throws {
        #expect(try await Program.run("echo", ["a", "b c"], deadline: .seconds(10)).text == "a b c")
    }

    @Test func handsInputOverOnStandardInput() async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(try await Program.run("cat", input: bytes, deadline: .seconds(10)).standardOutput == bytes)
    }

    @Test func survivesAProgramThatDoesNotReadItsInput() async throws {
        let bytes = [UInt8](repeating: 0, count: 1 << 20)
        _ = try? await Program.run("true", input: bytes, deadline: .seconds(10))
    }

    @Test func saysWhatAFailedProgramSaid() async {
        await #expect {
            try await Program.run("sh", ["-c", "echo no luck >&2; exit 7"], deadline: .seconds(10))
        } throws: { error in
            "\(error)".contains("exited(7)") && "\(error)".contains("no luck")
        }
    }

    @Test func saysThatAProgramIsNotInstalled() async {
        await #expect {
            try await Program.run("imagefactory-no-such-program", deadline: .seconds(10))
        } throws: { error in
            guard case ProgramError.notFound(let name) = error else { return false }
            return name == "imagefactory-no-such-program"
        }
    }

    @Test func endsAProgramAndItsChildrenAtTheDeadline() async throws {
        let mark = "31\(Int.random(in: 100_000...999_999))"
        let clock = ContinuousClock()
        let time = await clock.measure {
            await #expect {
                try await Program.run("sh", ["-c", "sleep \(mark) & sleep \(mark)"], deadline: .milliseconds(300))
            } throws: { error in
                guard case ProgramError.timedOut = error else { return false }
                return true
            }
        }
        #expect(time < .seconds(9))
        // The children got the signal too, but nobody waits for them.
        _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "the children's end") {
            try processes(with: mark).isEmpty ? true : nil
        }
    }

    @Test func endsAProgramWhenItsTaskIsCancelled() async throws {
        let mark = "32\(Int.random(in: 100_000...999_999))"
        let task = Task { try await Program.run("sleep", [mark], deadline: .seconds(60)) }
        _ = try await poll(every: .milliseconds(10), deadline: .seconds(10), for: "sleep") {
            try processes(with: mark).first
        }
        task.cancel()
        _ = await task.result
        #expect(try processes(with: mark).isEmpty)
    }

    @Test func appendsStandardErrorToALog() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "if-program") { folder in
            let log = folder.appending("log")
            for word in ["one", "two"] {
                try await Program.run("sh", ["-c", "echo \(word) >&2"], deadline: .seconds(10), log: log)
            }
            #expect(try log.readText() == "one\ntwo\n")
        }
    }

    private func processes(with mark: String) throws -> [String] {
        FilePath("/proc").folderEntries.filter { Int($0) != nil }.filter { id in
            guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes() else { return false }
            return String(decoding: bytes, as: UTF8.self).contains(mark)
        }
    }
}
