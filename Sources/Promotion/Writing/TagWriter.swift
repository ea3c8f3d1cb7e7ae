internal import Foundation
internal import HostSystem
package import SystemPackage

/// Writes tag objects, signed where the user signs, without putting them under a ref: nobody sees one before it is
/// published, and one that is not published is nothing.
///
/// git itself makes and signs them, by the user's own settings, in a scratch repository that shares the objects.
package struct TagWriter: Sendable {
    private let repository: Repository
    private let signing: TagSigning

    /// How a scratch repository's name begins.
    static let scratchPrefix = "imagefactory-tag"
    /// By how much this host's clock may lag behind that of whoever wrote the tag before.
    private static let clockTolerance: TimeInterval = 300
    /// How the settings begin that shape a tag.
    private static let settings = ["user.", "committer.", "gpg.", "tag."]

    /// A writer into a repository.
    package init(_ repository: Repository, signing: TagSigning = .settings) {
        self.repository = repository
        self.signing = signing
    }

    /// Writes the object of a tag.
    ///
    /// - Parameter keeps: Whether the object stays; else it is gone when it has been read.
    /// - Throws: ``TagWritingError``, `ProgramError`, ``TagObjectError``.
    package func write(_ draft: TagDraft, keeps: Bool = true) async throws -> (id: ObjectID, tag: TagObject) {
        let date = try Self.date(after: draft)
        let facts = try await repository.git(
            ["rev-parse", "--path-format=absolute", "--git-path", "objects", "--show-object-format"])
        let lines = facts.text.split(separator: "\n").map(String.init)
        guard lines.count == 2 else { throw TagWritingError.notARepository(repository.folder) }
        let settings = try await signingSettings()
        let parent = FilePath(NSTemporaryDirectory())
        return try await withScratchFolder(in: parent, prefix: Self.scratchPrefix) { folder in
            try Self.prepare(folder, objectFormat: lines[1])
            var environment = settings.environment
            environment["GIT_DIR"] = folder.string
            let objects = keeps ? lines[0] : folder.appending("objects").string
            environment["GIT_OBJECT_DIRECTORY"] = objects
            if !keeps { environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = lines[0] }
            // Also where it is simply now: the caller's environment may name another.
            environment["GIT_COMMITTER_DATE"] = "@\(Int64(date.timeIntervalSince1970)) +0000"
            do {
                try await repository.git(
                    ["tag", settings.signs ? "--sign" : "--no-sign", "--annotate", "--cleanup=verbatim", "--file=-"]
                        + ["--", draft.name.description, draft.commit.hex],
                    input: Array(draft.message.description.utf8), environment: environment)
            } catch ProgramError.failed(_, _, let message) {
                throw TagWritingError.refused(draft.name, message: message.plainLines)
            }
            let text = try await repository.git(["rev-parse", "--verify", draft.name.ref], environment: environment)
            let bytes = try await repository.git(["cat-file", "tag", text.text], environment: environment)
                .standardOutput
            guard let id = ObjectID(text.text) else { throw TagWritingError.notARepository(repository.folder) }
            let tag = try TagObject(bytes)
            // git 2.39 says that it cannot sign, and writes the tag all the same.
            if settings.signs, tag.signature == nil { throw TagWritingError.unsigned(draft.name) }
            return (id, tag)
        }
    }

    /// The settings of the repository, as they hold in its own folder, and whether they say with what to sign.
    private func signingSettings() async throws -> (environment: [String: String], signs: Bool) {
        var entries = try await repository.settings(under: Self.settings)
        if case .key(let path) = signing {
            entries += [("gpg.format", "ssh"), ("user.signingkey", path.string)]
        }
        var variables = ["GIT_CONFIG_COUNT": "\(entries.count)"]
        for (index, entry) in entries.enumerated() {
            variables["GIT_CONFIG_KEY_\(index)"] = entry.key
            variables["GIT_CONFIG_VALUE_\(index)"] = entry.value
        }
        let signs = entries.contains { ["user.signingkey", "gpg.ssh.defaultkeycommand"].contains($0.key) }
        return (variables, signs)
    }

    /// A repository without anything but what git asks of one.
    private static func prepare(_ folder: FilePath, objectFormat: String) throws {
        try folder.appending("refs").createFolder()
        try folder.appending("objects").createFolder()
        try folder.appending("HEAD").write("ref: refs/heads/none\n".utf8)
        let format = objectFormat == "sha1" ? "" : "[extensions]\n\tobjectFormat = \(objectFormat)\n"
        let version = objectFormat == "sha1" ? 0 : 1
        try folder.appending("config").write(
            "[core]\n\trepositoryFormatVersion = \(version)\n\tbare = true\n\(format)".utf8)
    }

    /// The tag's date: now, but not before that of the tag before it, since clocks differ a little.
    private static func date(after draft: TagDraft) throws -> Date {
        let now = Date()
        guard let predecessor = draft.predecessor else { return now }
        let lag = predecessor.timeIntervalSince(now)
        guard lag <= clockTolerance else { throw TagWritingError.clock(lag: .seconds(Int64(lag))) }
        return max(now, predecessor)
    }
}

/// Why a tag was not written.
package enum TagWritingError: Error, CustomStringConvertible {
    /// The folder is no git repository.
    case notARepository(FilePath)
    /// git did not make the tag.
    case refused(TagName, message: String)
    /// git could not sign the tag.
    case unsigned(TagName)
    /// This host's clock lags far behind the newest tag.
    case clock(lag: Duration)

    package var description: String {
        switch self {
        case .notARepository(let folder): "\(folder) is in no git repository; change into one, or name it by --root"
        case .refused(let name, let message):
            "git did not write the tag \(name); look at user.name, user.email and user.signingkey:\n\(message)"
        case .unsigned(let name):
            """
            git could not sign the tag \(name); see that the key of user.signingkey or tag-signing-key is there, and that \
            its agent runs if it has a passphrase
            """
        case .clock(let lag):
            "this host's clock is \(lag.inWords) behind the newest tag of the ledger; set the clock, or find out who wrote it"
        }
    }
}
