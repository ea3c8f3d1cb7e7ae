import Foundation
import HostSystem
import Pipeline
import Subprocess
import SystemPackage
import Testing

@testable import Stages

/// Package repositories, served by a real http server.
struct RepositoryMemoryTests {
    private static let own = Ingredients(inputs: ["step 1: a.sh": .of("echo a")])

    /// Lends what makes the memory for a build, the folder of a served repository, and its address.
    private func withRepository(
        _ body: @Sendable (_ memory: @Sendable () -> RepositoryMemory, FilePath, String) async throws -> Void
    ) async throws {
        try await TestProject.with { project in
            let folder = project.root.appending("repository")
            try folder.createFolder()
            try folder.appending("InRelease").write("one".utf8)
            let memory: @Sendable () -> RepositoryMemory = {
                RepositoryMemory(folder: project.root.appending("memory"))
            }
            try await withFileServer(of: folder) { address in
                try await body(memory, folder, "\(address)/InRelease")
            }
        }
    }

    @Test func keyFollowsARepositoryThatSaysSomethingElse() async throws {
        try await withRepository { memory, folder, address in
            #expect(try await memory().ingredients(Self.own) == Self.own, "nothing is known yet")
            try memory().note([address: .of("one")], by: Self.own)
            #expect(try await memory().ingredients(Self.own) == Self.own, "it says what it said")
            try folder.appending("InRelease").write("two".utf8)
            let changed = try await memory().ingredients(Self.own)
            #expect(changed.inputs["repository \(address)"] == .of("two"))
            try memory().note([address: .of("two")], by: Self.own)
            #expect(try await memory().ingredients(Self.own) == changed, "the same state has the same key ever after")
            try folder.appending("InRelease").write("one".utf8)
            #expect(try await memory().ingredients(Self.own) == Self.own, "and so has the first one")
        }
    }

    @Test func asksARepositoryOnceInABuild() async throws {
        try await withRepository { memory, folder, address in
            try memory().note([address: .of("one")], by: Self.own)
            let build = memory()
            #expect(try await build.ingredients(Self.own) == Self.own)
            try folder.appending("InRelease").write("two".utf8)
            #expect(try await build.ingredients(Self.own) == Self.own)
            #expect(try await memory().ingredients(Self.own) != Self.own)
        }
    }

    @Test func takesTheLastWordOfARepositoryThatIsAway() async throws {
        try await withRepository { memory, folder, address in
            try memory().note([address: .of("one")], by: Self.own)
            try folder.appending("InRelease").write("two".utf8)
            let changed = try await memory().ingredients(Self.own)
            try folder.appending("InRelease").remove()
            #expect(try await memory().ingredients(Self.own) == changed)
        }
    }

    @Test func knowsOtherStepsByThemselvesAndHowOldTheyAre() async throws {
        try await withRepository { memory, _, address in
            try memory().note([address: .of("zero")], by: Self.own)
            let other = Ingredients(inputs: ["step 1: a.sh": .of("echo b")])
            #expect(try await memory().ingredients(other) == other)
            #expect(try #require(memory().age(of: Self.own)) < .seconds(60))
            #expect(memory().age(of: other) == nil)
        }
    }

    @Test(arguments: [
        ("dnf", "Repo-baseurl       : https://example.org/fedora/ (0 more)"),
        ("libdnf5", "  Base URL           : https://example.org/fedora/ (29 more)"),
    ])
    func findsTheIndexesThatDnfHasRead(cache: String, line: String) async throws {
        try await TestProject.with { project in
            try project.writeProgram("echo '\(line)'", named: "dnf")
            let index = try project.write(
                "<repomd/>", to: "var/cache/\(cache)/fedora-updates-0123456789abcdef/repodata/repomd.xml")
            // Newer than the boot, whatever clock /proc goes by.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: 3600)], ofItemAtPath: index.string)
            let script = RepositoryScan.script.replacing("/var/", with: "\(project.root)/var/")
            let output = try await Program.run(
                "/bin/sh", ["-c", script], environment: project.programs, deadline: .seconds(60))
            #expect(
                RepositoryScan.parse(output.text)
                    == ["https://example.org/fedora/repodata/repomd.xml": Digest.of("<repomd/>")])
        }
    }

    @Test func believesAGuestOnlyWhatItCanMean() {
        let digest = Digest.of("x")
        let text = """
            \(digest.hex) http://deb.debian.org/debian/dists/trixie/InRelease
            \(digest.hex) file:///etc/shadow
            \(digest.hex) ftp://example.org/InRelease
            abc http://deb.debian.org/debian/dists/sid/InRelease
            \(digest.hex) http://example.org/a b
            \(digest.hex) http://example.org/\u{1b}[2J
            """
        #expect(RepositoryScan.parse(text) == ["http://deb.debian.org/debian/dists/trixie/InRelease": digest])
    }
}
