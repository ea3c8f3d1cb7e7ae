import Foundation
import HostSystem
import Promotion
import SystemPackage
import Testing

/// A real git repository with a template whose series is `golden`, and two commits.
struct SampleRepository {
    /// The work tree.
    let folder: FilePath
    /// The commit before ``commit``.
    let previous: ObjectID
    /// What is checked out.
    let commit: ObjectID

    /// This project.
    static let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// Lends a repository, in a folder of its own.
    static func with(_ body: (SampleRepository) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-ci") { scratch in
            // QEMU's account must be able to enter the state folder.
            chmod(scratch.string, 0o755)
            let folder = scratch.appending("images")
            try folder.createFolder()
            try await git(["init", "--quiet", "--initial-branch=main"], in: folder)
            for name in ["pipelines", "templates/_shared"] {
                try folder.pushing(FilePath(name)).removingLastComponent().createFolder()
                try FileManager.default.copyItem(
                    atPath: project.pushing(FilePath(name)).string, toPath: folder.pushing(FilePath(name)).string)
            }
            let template = try project.appending("templates/golden-debian13.yaml").readText() + "series: golden\n"
            try folder.appending("templates/golden-debian13.yaml").write(template.utf8)
            let previous = try await commit("First", in: folder)
            try folder.appending("notes").write("more\n".utf8)
            let commit = try await commit("Second", in: folder)
            try await body(SampleRepository(folder: folder, previous: previous, commit: commit))
        }
    }

    /// Runs git in the repository, and gives what it printed.
    @discardableResult
    func git(_ arguments: String..., environment: [String: String] = [:]) async throws -> String {
        try await Self.git(arguments, in: folder, environment: environment)
    }

    /// Makes an annotated tag, signed where a key is named, and gives its object.
    @discardableResult
    func tag(
        _ name: String, at commit: String = "HEAD", message: String = "a tag", key: FilePath? = nil
    ) async throws -> ObjectID {
        let signing = key.map { ["-c", "gpg.format=ssh", "-c", "user.signingkey=\($0)"] } ?? []
        let kind = key == nil ? "--annotate" : "--sign"
        try await Self.git(signing + ["tag", kind, "--message", message, "--", name, commit], in: folder)
        return try #require(ObjectID(try await git("rev-parse", "refs/tags/\(name)")))
    }

    /// Commits that nobody but `signer` may sign.
    func allow(signer: String, key: String) async throws {
        let signers = folder.appending("pipelines/signers")
        try FileManager.default.createDirectory(atPath: signers.string, withIntermediateDirectories: true)
        try signers.appending("allowed_signers").write("\(signer) namespaces=\"git\" \(key)".utf8)
        try await git("add", "--all")
        try await git("commit", "--quiet", "--message", "Signers")
    }

    /// Runs git, with no settings but the repository's own.
    @discardableResult
    static func git(
        _ arguments: [String], in folder: FilePath, environment: [String: String] = [:]
    ) async throws -> String {
        let variables = [
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "GIT_AUTHOR_NAME": "Ada Example",
            "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada Example",
            "GIT_COMMITTER_EMAIL": "ada@example.org",
        ]
        return try await Program.run(
            "git", arguments, environment: variables.merging(environment) { $1 }, in: folder, deadline: .seconds(60)
        ).text
    }

    private static func commit(_ message: String, in folder: FilePath) async throws -> ObjectID {
        try await git(["add", "--all"], in: folder)
        try await git(["commit", "--quiet", "--message", message], in: folder)
        return try #require(ObjectID(try await git(["rev-parse", "HEAD"], in: folder)))
    }
}
