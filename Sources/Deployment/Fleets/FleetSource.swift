internal import HostSystem
package import SystemPackage

/// Where fleet files come from: a folder, or the folder `fleets/` of a git repository.
package enum FleetSource: Sendable, Hashable {
    /// A folder of files.
    case folder(FilePath)
    /// A repository's address.
    case repository(String)

    private static let deadline: Duration = .seconds(300)
    /// No other way of getting at a repository is taken, whatever its address says.
    private static let environment = [
        "GIT_ALLOW_PROTOCOL": "file:https:ssh", "GIT_TERMINAL_PROMPT": "0", "GIT_LFS_SKIP_SMUDGE": "1",
    ]

    /// The source that a text names.
    package init(_ text: String) {
        let isAddress =
            text.wholeMatch(of: /(https|ssh|file):\/\/[!-~]+/) != nil
            || text.wholeMatch(of: /[A-Za-z0-9._\-]+@[A-Za-z0-9.\-]+:[!-~]+/) != nil
        self = isAddress ? .repository(text) : .folder(FilePath(text).absolute)
    }

    /// The folder with the files as they are now; a repository is fetched first.
    ///
    /// - Parameters:
    ///   - cache: Where clones lie.
    ///   - signers: The file of those who may sign the commit (`ssh-keygen`'s allowed signers); nil to ask for no signature.
    /// - Throws: `ProgramError`; ``FleetSourceError`` for a commit without a good signature.
    package func refresh(cache: FilePath, signers: FilePath? = nil) async throws -> FilePath {
        let root: FilePath
        switch self {
        case .folder(let folder): root = folder
        case .repository(let address): root = try await Self.fetch(address, into: cache)
        }
        if let signers { try await Self.verify(root, signers) }
        guard case .repository = self else { return root }
        return root.appending("fleets")
    }

    private static func fetch(_ address: String, into cache: FilePath) async throws -> FilePath {
        try cache.createFolder()
        let folder = cache.appending(Digest.of(address).short)
        if !folder.appending(".git").exists {
            try folder.remove()
            try await git(["init", "--quiet", folder.string])
        }
        try await git(["-C", folder.string, "fetch", "--quiet", "--depth=1", "--no-tags", "--", address, "HEAD"])
        try await git(["-C", folder.string, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"])
        try await git(["-C", folder.string, "clean", "--quiet", "-dffx"])
        return folder
    }

    /// Commits changes to files of a folder that ``refresh(cache:signers:)`` gave; in a repository it is pushed to the branch
    /// that its HEAD names, unless somebody else was faster.
    ///
    /// - Parameter isSigned: Whether git signs the commit by the key of its configuration.
    package func commit(_ files: [FilePath], in folder: FilePath, message: String, isSigned: Bool) async throws {
        let place = ["-C", folder.string]
        try await Self.git(place + ["add", "--"] + files.map(\.string))
        let signing = isSigned ? ["-c", "gpg.format=ssh"] : []
        try await Self.git(
            place + signing + ["commit", "--quiet", "--only", "--message", message] + (isSigned ? ["--gpg-sign"] : [])
                + ["--"] + files.map(\.string),
            [
                "GIT_AUTHOR_NAME": "imagefactory", "GIT_AUTHOR_EMAIL": "imagefactory@localhost",
                "GIT_COMMITTER_NAME": "imagefactory", "GIT_COMMITTER_EMAIL": "imagefactory@localhost",
            ])
        guard case .repository(let address) = self else { return }
        try await Self.git(place + ["push", "--quiet", "--", address, "HEAD:\(try await Self.branch(of: address))"])
    }

    /// The branch that a repository's HEAD names.
    private static func branch(of address: String) async throws -> String {
        let text = try await Program.run(
            "git", ["ls-remote", "--symref", "--", address, "HEAD"], environment: environment, deadline: deadline
        ).text
        guard let match = text.firstMatch(of: /^ref: (refs\/heads\/[!-~]+)\tHEAD/) else {
            throw FleetBranchError(address: address)
        }
        return String(match.1)
    }

    private static func verify(_ folder: FilePath, _ signers: FilePath) async throws {
        do {
            try await git([
                "-C", folder.string, "-c", "gpg.format=ssh", "-c", "gpg.ssh.allowedSignersFile=\(signers.absolute)",
                "verify-commit", "HEAD",
            ])
        } catch ProgramError.failed(_, _, let message) {
            throw FleetSourceError(folder: folder, reason: message)
        }
    }

    private static func git(_ arguments: [String], _ more: [String: String] = [:]) async throws {
        // A repository's own hooks are nobody's here.
        try await Program.run(
            "git", ["-c", "core.hooksPath=/dev/null"] + arguments, environment: environment.merging(more) { $1 },
            deadline: deadline)
    }
}

/// A commit that nobody who may has signed.
package struct FleetSourceError: Error, CustomStringConvertible {
    /// The repository's clone.
    package let folder: FilePath
    /// What git says.
    package let reason: String

    package var description: String {
        "the commit in \(folder) has no good signature of an allowed signer, so its fleets are not looked at: \(reason)"
    }
}

/// A repository whose HEAD is no branch, so that nothing can be committed there.
package struct FleetBranchError: Error, CustomStringConvertible {
    /// The repository's address.
    package let address: String

    package var description: String {
        "the HEAD of \(address) names no branch to commit to; have it name one with 'git symbolic-ref HEAD refs/heads/main'"
    }
}
