import Foundation
import HostSystem
import PromotionTestSupport
import SystemPackage
import Testing
import VirtualMachineTestSupport

/// A bare repository on this host whose hooks build what a pushed tag asks for, and the people who have clones of it.
///
/// The hooks sign releases with a key of their own, and their tags as `ci`.
struct HookServer {
    /// The folder of everything; each clone lies in it.
    let root: FilePath
    /// The state of the hooks' builds.
    let state: FilePath

    /// The repository.
    var repository: FilePath { root.appending("images.git") }
    /// The releases of the template `pushed`.
    var releases: FilePath { repository.pushing("imagefactory/output/pushed") }

    /// All who have a key; `mallory` is no allowed signer.
    private static let people = ["ada", "bob", "ci", "mallory"]

    /// Makes a server in `root` with a template, its pipeline and a policy of promotion.
    init(in root: FilePath, of project: Project, pipeline: String, policy: String) async throws {
        self.root = root
        state = project.state
        try await Program.run(
            "git", ["init", "--quiet", "--bare", "--initial-branch=main", repository.string], deadline: .seconds(60))
        try await makeKeys()
        let recipe = Clone(folder: project.root)
        try await recipe.git(["init", "--quiet", "--initial-branch=main"])
        try await recipe.become("ada", keys: root)
        try await recipe.git(["remote", "add", "origin", repository.string])
        try project.root.pushing("pipelines/pushed.yaml").write(pipeline.utf8)
        try project.root.pushing("pipelines/promotion.yaml").write(policy.utf8)
        try project.root.appending("trust").createFolder()
        try project.root.pushing("trust/release.pub").write(try root.appending("release.pub").readBytes())
        let signers = try Self.people.filter { $0 != "mallory" }.map { person in
            "\(person)@example.org namespaces=\"git\" \(try root.appending("\(person).pub").readText())"
        }
        try await recipe.commit([
            "pipelines/signers/allowed_signers": signers.joined(), ".gitignore": "/output/\n",
            "imagefactory.yaml": "releases: [\(repository.pushing("imagefactory/output"))]\n",
        ])
        try await recipe.git(["push", "--quiet", "origin", "main"])
        try await installHooks(project)
    }

    /// A clone as a person works in it.
    func clone(_ person: String) async throws -> Clone {
        let clone = Clone(folder: root.appending(person + "s"))
        try await Program.run(
            "git", ["clone", "--quiet", repository.string, clone.folder.string], deadline: .seconds(60))
        try await clone.become(person, keys: root)
        return clone
    }

    /// Runs the program in a clone.
    func run(_ words: [String], in clone: Clone) async throws -> FactoryProcess.Ending {
        try await FactoryProcess(
            arguments: words, environment: ["IMAGEFACTORY_STATE": root.appending("state").string],
            folder: clone.folder
        ).run(deadline: .seconds(120))
    }

    /// Runs the program in a clone, and expects its exit code.
    func expect(_ status: Int, _ words: [String], in clone: Clone) async throws {
        let run = try await run(words, in: clone)
        #expect(run.status == status, "\(words): \(run.talk)")
    }

    /// Asks for a build of a version, and gives the log of what the hook did.
    func build(_ version: String, askedIn clone: Clone) async throws -> String {
        let logs = repository.pushing("imagefactory/logs")
        let before = logs.folderEntries
        let asked = try await run(["release", "pushed", version], in: clone)
        try #require(asked.status == 0, "\(asked.talk)")
        #expect(asked.duration < .seconds(20), "who asks does not wait for the build")
        let name = try #require(logs.folderEntries.first { !before.contains($0) && $0.hasSuffix(".log") })
        return try await poll(every: .seconds(1), deadline: .seconds(30 * 60), for: "the end of the build") {
            let text = try logs.appending(name).readText()
            return text.contains("imagefactory: ended with") ? text : nil
        }
    }

    private func makeKeys() async throws {
        for person in Self.people {
            try await Program.run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", root.appending(person).string],
                deadline: .seconds(60))
        }
        try await Program.run(
            FactoryProcess.program.string,
            ["key", "create", "release", "--passphrase", "none", "--output", root.string], deadline: .seconds(60))
    }

    /// The hooks that the program itself generates; what they sign with is the server's business alone.
    private func installHooks(_ project: Project) async throws {
        let program = root.appending("imagefactory")
        try program.write(
            """
            #!/bin/sh
            export IMAGEFACTORY_STATE='\(state)' IMAGEFACTORY_SIGNING_KEY='\(root.appending("release.key"))'
            export IMAGEFACTORY_SIGNING_PASSPHRASE=none IMAGEFACTORY_TAG_SIGNING_KEY='\(root.appending("ci"))'
            export GIT_COMMITTER_NAME=CI GIT_COMMITTER_EMAIL=ci@example.org
            exec '\(FactoryProcess.program)' "$@"

            """.utf8, mode: [.ownerReadWriteExecute])
        try await Clone(folder: repository).git(["config", "imagefactory.program", program.string])
        let hooks = try await project.factory("ci", "generate", "hook", "--repository", repository.string).run()
        try #require(hooks.status == 0, "\(hooks.talk)")
    }
}
