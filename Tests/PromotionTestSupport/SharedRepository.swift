package import Attestation
internal import Foundation
package import HostSystem
package import Promotion
package import SystemPackage

/// A bare repository that people share, with a recipe, signers and a policy, and clones of it; all of it real.
package struct SharedRepository: Sendable {
    /// A folder that goes away with the test.
    package let root: FilePath
    /// The key that signs releases.
    package let releaseKey: PrivateKey

    /// The bare repository.
    package var remote: FilePath { root.appending("remote.git") }

    /// The people's names; each has a key, `root/NAME`.
    package static let people = ["ada", "bob", "mallory"]
    /// Those of them whom the allowed signers name.
    package static let allowed = ["ada", "bob"]
    /// A policy that asks for little.
    package static let easyPolicy = "staging: { evidence: [provenance] }\nprod: { evidence: [provenance] }\n"

    /// Lends one.
    package static func with(
        policy: String = easyPolicy, isSigned: Bool = true, _ body: (SharedRepository) async throws -> Void
    ) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-promotion") { root in
            let repository = SharedRepository(root: root, releaseKey: try PrivateKey.generate(.p256))
            try await repository.prepare(policy: policy, isSigned: isSigned)
            try await body(repository)
        }
    }

    /// A clone as a person works in it.
    package func clone(_ person: String, as name: String? = nil, options: [String] = []) async throws -> Clone {
        let folder = root.appending(name ?? "clone-\(person)")
        try await Program.run(
            "git", ["clone", "--quiet"] + options + ["file://\(remote)", folder.string], deadline: .seconds(60))
        let clone = Clone(folder: folder)
        try await clone.become(person, keys: root)
        return clone
    }

    /// Makes a release where every clone finds it.
    @discardableResult
    package func build(
        _ version: String, template: String = "web", commit: String? = nil, isDirty: Bool = false,
        inputs: [Digest] = []
    ) throws -> SmallRelease {
        try SmallRelease(
            template, version, in: root.appending("releases"), key: releaseKey, commit: commit, isDirty: isDirty,
            inputs: inputs)
    }

    /// Where releases are looked for, and by whose word.
    package func search() throws -> ReleaseSearch {
        ReleaseSearch(
            places: [.folder(root.appending("releases"))], scratch: root.appending("fetched"),
            trusted: try TrustedSigners([TrustedSigner(name: "release", key: releaseKey.publicKey)]),
            policy: VerificationPolicy(required: []))
    }

    /// Builds a version, and puts it into `dev` and perhaps further.
    package func place(
        _ version: String, by clone: Clone, upTo channel: Channel = .dev, template: String = "web",
        inputs: [Digest] = []
    ) async throws {
        let release = try build(version, template: template, inputs: inputs)
        let series = template == "web" ? "golden" : template
        let desk = try await clone.desk()
        _ = try await PlaceInDev(at: desk, series: series, release: release.folder).run()
        for next in [Channel.staging, .prod] where channel != .dev && (next == .staging || channel == .prod) {
            _ = try await PromoteRelease(
                at: desk, series: series, version: version, to: next, searching: try search()
            ).run()
        }
    }

    private func prepare(policy: String, isSigned: Bool) async throws {
        try await Program.run(
            "git", ["init", "--quiet", "--bare", "--initial-branch=main", remote.string], deadline: .seconds(60))
        var signers = ""
        for person in Self.people {
            let key = root.appending(person)
            try await Program.run(
                "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", key.string], deadline: .seconds(60))
            let line = try FilePath("\(key).pub").readText()
            if Self.allowed.contains(person) { signers += "\(person)@example.org namespaces=\"git\" \(line)" }
        }
        let first = try await clone("ada", as: "first")
        try await first.commit([
            "templates/web.yaml": "image: web\nseries: golden\n", "templates/base.yaml": "image: base\n",
            "pipelines/promotion.yaml": policy, "trust/release.pub": releaseKey.publicKey.pem,
            "imagefactory.yaml": "releases: [\(root.appending("releases"))]\n", ".gitignore": "/output/\n",
        ])
        if isSigned { try await first.commit(["pipelines/signers/allowed_signers": signers]) }
        try await first.git(["push", "--quiet", "origin", "HEAD:main"])
    }
}

/// A clone of a shared repository.
package struct Clone: Sendable {
    /// Its work tree.
    package let folder: FilePath

    /// A clone in a folder.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// Runs git in it, and gives what it printed.
    @discardableResult
    package func git(_ arguments: [String]) async throws -> String {
        try await Program.run("git", arguments, in: folder, deadline: .seconds(60)).text
    }

    /// Has a person's name and key used in it from now on.
    package func become(_ person: String, keys: FilePath) async throws {
        let settings = [
            "user.name": person.capitalized, "user.email": "\(person)@example.org", "gpg.format": "ssh",
            "user.signingkey": keys.appending("\(person).pub").string, "commit.gpgsign": "false",
            "gpg.ssh.allowedSignersFile": "pipelines/signers/allowed_signers",
        ]
        for (key, value) in settings { try await git(["config", key, value]) }
    }

    /// Commits files.
    package func commit(_ files: [String: String]) async throws {
        for (name, text) in files {
            let path = folder.pushing(FilePath(name))
            try path.removingLastComponent().createFolder()
            try path.write(text.utf8)
        }
        try await git(["add", "--all"])
        try await git(["commit", "--quiet", "--message", "Change \(files.keys.sorted().joined(separator: ", "))"])
    }

    /// The desk of its ledger.
    package func desk(remote: String? = "origin", memory: FilePath? = nil) async throws -> LedgerDesk {
        LedgerDesk(
            repository: Repository(folder: folder), remote: remote, memory: memory,
            templates: ["golden": "web", "base": "base"])
    }

    /// The names of the ledger's tags here.
    package func tags() async throws -> [String] {
        try await git(["tag", "--list"]).split(separator: "\n").map(String.init)
    }
}

extension Clone {
    /// Puts a release that was built into `dev`.
    package func placeInDev(_ release: FilePath) async throws {
        _ = try await PlaceInDev(at: try await desk(), series: "golden", release: release).run()
    }
}
