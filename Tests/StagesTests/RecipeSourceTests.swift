import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import Stages

struct RecipeSourceTests {
    @Test func isTheCommitOfTheTemplatesRepository() async throws {
        try await withRepository { root in
            let commit = try await git(["rev-parse", "HEAD"], in: root)
            #expect(try await RecipeSource.of(root) == RecipeSource(commit: commit, isDirty: false, origin: nil))
            let inside = root.appending("templates")
            #expect(try await RecipeSource.of(inside)?.commit == commit)
        }
    }

    @Test(arguments: ["templates/web.yaml", "templates/other.yaml"])
    func isDirtyWhenAFileDiffersFromTheCommit(file: String) async throws {
        try await withRepository { root in
            try root.pushing(FilePath(file)).write("changed".utf8)
            #expect(try await RecipeSource.of(root)?.isDirty == true)
        }
    }

    @Test func isCleanBesideFilesThatGitIgnores() async throws {
        try await withRepository { root in
            try root.appending("release.img").write("bytes".utf8)
            #expect(try await RecipeSource.of(root)?.isDirty == false)
        }
    }

    @Test func isUnknownOutsideARepository() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "recipe") { folder in
            let source = try await RecipeSource.of(folder)
            #expect(source == nil)
        }
    }

    @Test func isUnknownBeforeTheFirstCommit() async throws {
        try await withScratchFolder(in: "/tmp", prefix: "recipe") { folder in
            try await git(["init", "--quiet"], in: folder)
            let source = try await RecipeSource.of(folder)
            #expect(source == nil)
        }
    }

    @Test(arguments: [
        ("https://user:token@example.org/images.git", "https://example.org/images.git"),
        ("https://token@example.org/images.git?key=1#x", "https://example.org/images.git"),
        ("ssh://git@example.org:2222/images.git", "ssh://example.org:2222/images.git"),
        ("git@example.org:images.git", "example.org:images.git"), ("/srv/images.git", "/srv/images.git"),
    ])
    func tellsTheOriginWithoutCredentials(address: String, told: String) async throws {
        try await withRepository { root in
            try await git(["remote", "add", "origin", address], in: root)
            #expect(try await RecipeSource.of(root)?.origin == told)
        }
    }

    private func withRepository(_ body: (FilePath) async throws -> Void) async throws {
        try await withScratchFolder(in: "/tmp", prefix: "recipe") { root in
            try root.appending("templates").createFolder()
            try root.pushing("templates/web.yaml").write("image: web\n".utf8)
            try root.appending(".gitignore").write("*.img\n".utf8)
            try await git(["init", "--quiet"], in: root)
            try await git(["add", "-A"], in: root)
            try await git(
                ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "commit", "--quiet", "-m", "First"],
                in: root)
            try await body(root)
        }
    }

    @discardableResult
    private func git(_ arguments: [String], in folder: FilePath) async throws -> String {
        try await Program.run("git", arguments, in: folder, deadline: .seconds(30)).text
    }
}
