import Foundation
import HostSystem
import SystemPackage
import Testing

@testable import ContinuousIntegration

/// A bare repository with the hooks, and a clone whose owner pushes to it.
struct SampleServer {
    /// The bare repository.
    let folder: FilePath
    /// The clone.
    let sample: SampleRepository

    /// Lends a server to which the branch `main` was pushed.
    static func with(_ body: (SampleServer) async throws -> Void) async throws {
        try await SampleRepository.with { sample in
            let folder = sample.folder.removingLastComponent().appending("server.git")
            try await sample.git("init", "--quiet", "--bare", "--initial-branch=main", folder.string)
            for file in ServerHooks.files {
                let name = try #require(file.path.lastComponent)
                try file.at(FilePath("hooks").appending(name)).write(in: folder)
            }
            try await sample.git("remote", "add", "origin", folder.string)
            let server = SampleServer(folder: folder, sample: sample)
            try await server.push("main")
            try await body(server)
        }
    }

    /// Names somebody among those who may sign.
    func allow(_ name: String) async throws {
        let signers = sample.folder.appending("pipelines/signers")
        try signers.createFolder()
        let key = try await key(of: name).readText()
        try signers.appending("allowed_signers").write("\(name)@example.org namespaces=\"git\" \(key)".utf8)
        try await commitSigners()
    }

    /// Names the key of somebody among those that count no more.
    func revoke(_ name: String) async throws {
        try sample.folder.appending("pipelines/signers/revoked_keys").write(try await key(of: name).readBytes())
        try await commitSigners()
    }

    /// Sets something in the server's configuration.
    func setting(_ name: String, _ value: String) async throws {
        try await SampleRepository.git(["config", name, value], in: folder)
    }

    /// Makes a tag, and gives its object's id.
    @discardableResult
    func makeTag(
        _ name: String, signedBy signer: String?, trailers: [String] = [], at time: Int? = nil
    ) async throws -> String {
        var arguments = [
            "tag", "--force", "--annotate", "--message", "A tag", "--message", trailers.joined(separator: "\n"),
        ]
        if let signer {
            let settings = ["gpg.format=ssh", "user.signingkey=\(try await key(of: signer))"]
            arguments = settings.flatMap { ["-c", $0] } + arguments + ["--sign"]
        }
        let environment = time.map { ["GIT_COMMITTER_DATE": "@\($0) +0000"] } ?? [:]
        try await SampleRepository.git(arguments + ["--", name], in: sample.folder, environment: environment)
        return try await sample.git("rev-parse", "refs/tags/\(name)")
    }

    /// Makes a tag and pushes it.
    @discardableResult
    func push(tag name: String, signedBy signer: String?, trailers: [String] = []) async throws -> String {
        let id = try await makeTag(name, signedBy: signer, trailers: trailers)
        try await push("refs/tags/\(name)")
        return id
    }

    /// Pushes.
    func push(_ arguments: String...) async throws {
        try await SampleRepository.git(
            ["push", "--quiet"] + options(in: arguments) + ["origin"] + refs(in: arguments), in: sample.folder)
    }

    /// Pushes what the server must not take.
    func expectRefused(
        _ reason: String, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        do {
            try await SampleRepository.git(
                ["push", "--quiet"] + options(in: arguments) + ["origin"] + refs(in: arguments), in: sample.folder)
            Issue.record("the server took \(arguments)", sourceLocation: sourceLocation)
        } catch ProgramError.failed(_, _, let message) {
            #expect(message.contains(reason), sourceLocation: sourceLocation)
            #expect(message.contains("hook declined"), sourceLocation: sourceLocation)
        }
    }

    /// What a ref of the server points to.
    func ref(_ name: String) async throws -> String? {
        let text = try await SampleRepository.git(["for-each-ref", "--format=%(objectname)", name], in: folder)
        return text.isEmpty ? nil : text
    }

    private func options(in arguments: [String]) -> [String] { arguments.filter { $0.hasPrefix("--") } }

    private func refs(in arguments: [String]) -> [String] { arguments.filter { !$0.hasPrefix("--") } }

    private func commitSigners() async throws {
        try await sample.git("add", "pipelines")
        try await sample.git("commit", "--quiet", "--message", "Who may sign")
        try await push("main")
    }

    /// The public key of somebody, made when it is first asked for.
    private func key(of name: String) async throws -> FilePath {
        let path = sample.folder.removingLastComponent().appending("key-\(name)")
        if !path.exists {
            try await Program.run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path.string], deadline: .seconds(20))
        }
        return FilePath(path.string + ".pub")
    }
}
