import HostSystem
import SystemPackage
import Testing

@testable import Deployment

/// Folders and repositories of fleets, with a real git.
struct FleetSourceTests {
    /// Lends a repository with a fleet, whose commit is signed, the file of those who may sign, and a folder for clones.
    private func with(
        _ body: (_ work: FilePath, _ signers: FilePath, _ cache: FilePath) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-fleets") { root in
            let (work, key) = (root.appending("work"), root.appending("ada"))
            try await Program.run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", key.string], deadline: .seconds(60))
            let signers = root.appending("signers")
            try signers.write("ada@example.org \(try FilePath("\(key).pub").readText())".utf8)
            try work.appending("fleets").createFolder()
            try work.appending("fleets/web.yaml").write("fleet: web\n".utf8)
            for words in [
                ["init", "--quiet", "--initial-branch", "main"], ["add", "--all"],
                ["commit", "--quiet", "--gpg-sign", "--message", "A fleet"],
            ] {
                let identity = [
                    "user.name=Ada", "user.email=ada@example.org", "gpg.format=ssh", "user.signingkey=\(key)",
                ]
                try await Program.run(
                    "git", ["-C", work.string] + identity.flatMap { ["-c", $0] } + words, deadline: .seconds(60))
            }
            try await body(work, signers, root.appending("cache"))
        }
    }

    @Test func lendsAFolderThatASignatureCovers() async throws {
        try await with { work, signers, cache in
            for source in [FleetSource(work.appending("fleets").string), FleetSource("file://\(work)")] {
                try await source.withFolder(cache: cache, signers: signers) { folder in
                    #expect(folder.folderEntries == ["web.yaml"])
                }
            }
        }
    }

    @Test(arguments: ["web.yaml", "new.yaml", "ignored.yaml"])
    func refusesAFolderWithWhatNobodySigned(file: String) async throws {
        try await with { work, signers, cache in
            try work.appending(".git/info").createFolder()
            try work.appending(".git/info/exclude").write("ignored.yaml\n".utf8)
            try work.appending("fleets/\(file)").write("fleet: other\n".utf8)
            let source = FleetSource(work.appending("fleets").string)
            await #expect {
                try await source.withFolder(cache: cache, signers: signers) { _ in }
            } throws: { error in
                guard case FleetSourceError.changed(_, let files) = error else { return false }
                return files == ["fleets/\(file)"]
            }
        }
    }

    @Test(arguments: ["index.lock", "shallow.lock"])
    func goesOnAfterAGitThatWasKilled(lock: String) async throws {
        try await with { work, _, cache in
            let source = FleetSource("file://\(work)")
            try await source.withFolder(cache: cache) { folder in
                try folder.removingLastComponent().appending(".git/\(lock)").write([])
            }
            try await source.withFolder(cache: cache) { #expect($0.folderEntries == ["web.yaml"]) }
        }
    }

    @Test func lendsACloneToOneAtATime() async throws {
        try await with { work, _, cache in
            let source = FleetSource("file://\(work)")
            try await source.withFolder(cache: cache) { folder async throws in
                let lock = "\(folder.removingLastComponent()).lock"
                #expect(try FileLock.isHeld(at: FilePath(lock)))
            }
        }
    }
}
