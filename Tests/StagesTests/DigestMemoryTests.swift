import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

@testable import Stages

struct DigestMemoryTests {
    @Test func remembersADigest() async throws {
        try await TestProject.with { project in
            let file = try project.write("content", to: "a.iso")
            let memory = DigestMemory(state: project.state.root)
            #expect(try await memory.digest(of: file) == Digest.of("content"))

            // What it remembers is told again, without a look at the content: this is a digest that no content has.
            let record = project.state.root.appending("digests.json")
            let changed = try record.readText().replacing(Digest.of("content").hex, with: Digest.of("marked").hex)
            try record.write(changed.utf8)
            #expect(try await memory.digest(of: file) == Digest.of("marked"))
            #expect(try await DigestMemory(state: project.state.root).digest(of: file) == Digest.of("marked"))
        }
    }

    @Test func noticesAnotherSize() async throws {
        try await TestProject.with { project in
            let file = try project.write("content", to: "a.iso")
            let memory = DigestMemory(state: project.state.root)
            _ = try await memory.digest(of: file)
            try file.write("longer content".utf8)
            #expect(try await memory.digest(of: file) == Digest.of("longer content"))
        }
    }

    @Test func noticesAnotherTime() async throws {
        try await TestProject.with { project in
            let file = try project.write("content", to: "a.iso")
            let memory = DigestMemory(state: project.state.root)
            _ = try await memory.digest(of: file)
            try file.write("CONTENT".utf8)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_700_000_000)], ofItemAtPath: file.string)
            #expect(try await memory.digest(of: file) == Digest.of("CONTENT"))
        }
    }

    @Test func noticesAnotherFileInItsPlace() async throws {
        try await TestProject.with { project in
            let file = try project.write("content", to: "a.iso")
            let memory = DigestMemory(state: project.state.root)
            _ = try await memory.digest(of: file)
            let other = try project.write("CONTENT", to: "b.iso")
            try other.rename(to: file)
            #expect(try await memory.digest(of: file) == Digest.of("CONTENT"))
        }
    }

    @Test func keepsTheFilesApart() async throws {
        try await TestProject.with { project in
            let memory = DigestMemory(state: project.state.root)
            for name in ["a", "b", "c"] {
                let file = try project.write(name, to: "\(name).iso")
                #expect(try await memory.digest(of: file) == Digest.of(name))
            }
            #expect(try await memory.digest(of: project.root.appending("b.iso")) == Digest.of("b"))
        }
    }

    @Test(arguments: ["", "[]", "no JSON", "{\"/a.iso\": {}}"])
    func doesWithoutADamagedRecord(content: String) async throws {
        try await TestProject.with { project in
            let file = try project.write("content", to: "a.iso")
            try project.write(content, to: "state/digests.json")
            #expect(try await DigestMemory(state: project.state.root).digest(of: file) == Digest.of("content"))
        }
    }

    @Test func saysThatAFileIsNotThere() async throws {
        try await TestProject.with { project in
            _ = await #expect(throws: Errno.noSuchFileOrDirectory) {
                try await DigestMemory(state: project.state.root).digest(of: project.root.appending("none.iso"))
            }
        }
    }
}
