internal import HostSystem
package import SystemPackage

/// Where fleet files come from: a folder, or the folder `fleets/` of a git repository.
package enum FleetSource: Sendable, Hashable {
    /// A folder of files.
    case folder(FilePath)
    /// A repository's address.
    case repository(String)

    private static let deadline: Duration = .seconds(300)
    /// How long the clone is waited for while another pass has it.
    private static let turn: Duration = .seconds(600)
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

    /// Lends the folder with the files as they are now; a repository is fetched first, and nobody else changes its clone
    /// meanwhile.
    ///
    /// - Parameters:
    ///   - cache: Where clones lie.
    ///   - signers: The file of those who may sign the commit (`ssh-keygen`'s allowed signers); nil to ask for no signature.
    /// - Throws: `ProgramError`; ``FleetSourceError`` for files that no good signature covers; `LockedError`.
    package func withFolder<Result>(
        cache: FilePath, signers: FilePath? = nil, _ body: (FilePath) async throws -> Result
    ) async throws -> Result {
        switch self {
        case .folder(let folder):
            if let signers { try await Self.verify(folder, signers) }
            return try await body(folder)
        case .repository(let address):
            try cache.createFolder()
            let name = Digest.of(address).short
            let lock = try await FileLock.acquire(at: cache.appending("\(name).lock"), deadline: Self.turn)
            defer { withExtendedLifetime(lock) {} }
            let clone = cache.appending(name)
            try await Self.refresh(clone, from: address)
            if let signers { try await Self.verify(clone, signers) }
            return try await body(clone.appending("fleets"))
        }
    }

    /// Brings a clone to what is at an address now. What a git that was killed left of it, such as its locks, may be in the
    /// way: then it is made anew, once.
    private static func refresh(_ clone: FilePath, from address: String) async throws {
        do {
            try await fetch(address, into: clone)
        } catch is ProgramError where clone.appending(".git").exists {
            try clone.remove()
            try await fetch(address, into: clone)
        }
    }

    private static func fetch(_ address: String, into folder: FilePath) async throws {
        if !folder.appending(".git").exists {
            try folder.remove()
            try await git(["init", "--quiet", folder.string])
        }
        try await git(["-C", folder.string, "fetch", "--quiet", "--depth=1", "--no-tags", "--", address, "HEAD"])
        try await git(["-C", folder.string, "checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"])
        try await git(["-C", folder.string, "clean", "--quiet", "-dffx"])
    }

    /// Commits changes to files of a folder that ``withFolder(cache:signers:_:)`` lent; in a repository it is pushed to the branch
    /// that its HEAD names, unless somebody else was faster.
    ///
    /// - Parameter isSigned: Whether git signs the commit by the key of its configuration.
    package func commit(_ files: [FilePath], in folder: FilePath, message: String, isSigned: Bool) async throws {
        let place = ["-C", folder.string]
        // A file that git does not know yet can be committed then, and of others nothing is changed before the commit.
        try await Self.git(place + ["add", "--intent-to-add", "--"] + files.map(\.string))
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
        let text = try await git(["ls-remote", "--symref", "--", address, "HEAD"])
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
            throw FleetSourceError.unsigned(folder, reason: message)
        }
        // A signature says nothing of what lies beside the commit.
        let others = try await git([
            "-C", folder.string, "status", "--porcelain", "--untracked-files=all", "--ignored", "--", ".",
        ])
        guard others.isEmpty else {
            // Each line is a word for the change, and the file.
            let files = others.split(separator: "\n").compactMap { $0.split(separator: " ", maxSplits: 1).last }
            throw FleetSourceError.changed(folder, files: files.map(String.init))
        }
    }

    @discardableResult
    private static func git(_ arguments: [String], _ more: [String: String] = [:]) async throws -> String {
        // A repository's own hooks are nobody's here.
        try await Program.run(
            "git", ["-c", "core.hooksPath=/dev/null"] + arguments, environment: environment.merging(more) { $1 },
            deadline: deadline
        ).text
    }
}

/// Fleet files that no signature of somebody who may covers.
package enum FleetSourceError: Error, CustomStringConvertible {
    /// The commit has no good signature, as git says.
    case unsigned(FilePath, reason: String)
    /// Some files are not as the commit has them.
    case changed(FilePath, files: [String])

    package var description: String {
        switch self {
        case .unsigned(let folder, let reason):
            "the commit in \(folder) has no good signature of an allowed signer, so its fleets are not looked at: \(reason)"
        case .changed(let folder, let files):
            "in \(folder) there is what the signed commit does not have, so its fleets are not looked at: "
                + files.prefix(5).joined(separator: ", ") + "; commit it, or remove it"
        }
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
