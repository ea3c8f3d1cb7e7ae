internal import Attestation
package import Foundation
internal import HostSystem
package import Promotion
package import SystemPackage

/// A real repository with signed tags, made object by object, so that tests can make what `git tag` would not.
package struct LedgerFixture: Sendable {
    /// A folder that goes away with the test; keys and memory are in it.
    package let root: FilePath
    /// The repository.
    package let repository: Repository
    /// The commit that tags point to.
    package let commit: ObjectID

    /// The series of all tags that say nothing else.
    package static let series = "golden"
    /// Its template.
    package static let template = "golden-centos9"
    /// When the first tag is made: 2025-01-01.
    package static let start = Date(timeIntervalSince1970: 1_735_689_600)
    /// When the ledger is read: 2025-06-01.
    package static let now = Date(timeIntervalSince1970: 1_748_736_000)

    /// Lends a repository whose allowed signers are `ada` and `bob`; with `signed: false`, one without any.
    package static func with(signed: Bool = true, _ body: (LedgerFixture) async throws -> Void) async throws {
        try await withScratchFolder(in: "/var/tmp", prefix: "if-ledger") { root in
            let fixture = try await LedgerFixture(in: root)
            for name in ["ada", "bob", "eve"] { try await fixture.makeKey(name) }
            guard signed else { return try await body(fixture) }
            try await fixture.commitSigners(try ["ada", "bob"].map { try fixture.allowedLine($0) })
            try await body(fixture)
        }
    }

    private init(in root: FilePath) async throws {
        self.root = root
        let folder = root.appending("repository")
        try folder.createFolder()
        repository = Repository(folder: folder)
        try await repository.git(["init", "--quiet", "--initial-branch=main"])
        try await repository.git(
            Self.identity + ["commit", "--quiet", "--allow-empty", "--message=Begin"], environment: Self.plain)
        guard let id = ObjectID(try await repository.git(["rev-parse", "HEAD"]).text) else {
            throw FixtureError(description: "no commit")
        }
        commit = id
    }

    /// A release of the series' template; another `seed` gives other bytes.
    package func release(_ version: String, seed: String = "", template: String = template) -> ReleaseIdentity {
        ReleaseIdentity(
            template: template, version: version, release: .of("release \(version)\(seed)"),
            evidence: .of("evidence \(version)\(seed)"), images: ["qcow2": .of("qcow2 \(version)\(seed)")])
    }

    /// The private key of a person.
    package func key(_ person: String) -> FilePath { root.appending(person) }

    /// The line that allows a person to sign, with options after the namespace: `,valid-before="20250201"`.
    package func allowedLine(_ person: String, options: String = "") throws -> String {
        let key = try publicKey(person)
        return "\(person)@example.org namespaces=\"git\"\(options) \(key)"
    }

    /// The public key of a person: type and digits.
    package func publicKey(_ person: String) throws -> String {
        try root.appending("\(person).pub").readText().split(separator: " ").prefix(2).joined(separator: " ")
    }

    /// Commits the files of signers, and nothing else.
    package func commitSigners(_ allowed: [String], revoked: [String]? = nil) async throws {
        let folder = repository.folder.pushing(SignerFiles.folder)
        try folder.createFolder()
        try folder.appending(SignerFiles.allowedName).write((allowed.joined(separator: "\n") + "\n").utf8)
        if let revoked {
            try folder.appending(SignerFiles.revokedName).write((revoked.joined(separator: "\n") + "\n").utf8)
        }
        try await repository.git(["add", "--", SignerFiles.folder.string])
        try await repository.git(
            Self.identity + ["commit", "--quiet", "--message=Name signers"], environment: Self.plain)
    }

    /// Reads the ledger, remembering between readings.
    package func read(
        _ series: String? = nil, templates: [String: String]? = nil, now: Date = now
    ) async throws -> LedgerReading {
        try await LedgerReader(
            repository: repository, memory: root.appending("promotion"), templates: templates, now: now
        ).read(series)
    }

    /// The kinds of what is wrong, sorted.
    package func problems(templates: [String: String]? = nil) async throws -> [LedgerProblem.Kind] {
        try await read(templates: templates).problems.map(\.kind).sorted { $0.rawValue < $1.rawValue }
    }

    private func makeKey(_ person: String) async throws {
        try await Program.run(
            "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", person, "-f", key(person).string],
            deadline: .seconds(20))
    }

    private static let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    private static let plain = ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
}

/// A fixture that could not be made.
package struct FixtureError: Error, CustomStringConvertible {
    package let description: String
}
