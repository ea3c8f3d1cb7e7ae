internal import HostSystem
package import SystemPackage

extension Repository {
    /// The repository that a folder is in: its work tree's top folder, or the bare repository itself.
    ///
    /// - Throws: ``RepositoryError``, `ProgramError` without git.
    package static func containing(_ folder: FilePath) async throws -> Repository {
        guard folder.isFolder else { throw RepositoryError(folder: folder, reason: "there is no such folder") }
        let start = Repository(folder: folder)
        do {
            guard try await start.git(["rev-parse", "--is-inside-work-tree"]).text == "true" else { return start }
            let top = try await start.git(["rev-parse", "--show-toplevel"]).standardOutput.dropLast()
            return Repository(folder: FilePath(String(decoding: top, as: UTF8.self)))
        } catch ProgramError.failed(_, _, let message) {
            throw RepositoryError(folder: folder, reason: message)
        }
    }

    /// Fetches all tags and the locks of the ledger; a tag that was moved at the remote makes it fail.
    ///
    /// - Throws: ``NoRemoteError``, ``FetchError``, `ProgramError`.
    package func fetchLedger() async throws {
        let remotes = try await git(["remote"]).text.split(separator: "\n").map(String.init)
        guard let remote = remotes.first(where: { $0 == "origin" }) ?? remotes.first else {
            throw NoRemoteError(folder: folder)
        }
        let refs = ["refs/tags/*:refs/tags/*", "+refs/imagefactory/*:refs/imagefactory/*"]
        do {
            try await git(["fetch", "--quiet", "--no-tags", "--", remote] + refs, deadline: Self.remoteLimit)
        } catch ProgramError.failed(_, _, let message) {
            throw FetchError(remote: remote, message: message)
        }
    }
}

/// A folder that is in no git repository, or in one that git will not read.
package struct RepositoryError: Error, CustomStringConvertible {
    /// The folder.
    package let folder: FilePath
    /// What git said.
    package let reason: String

    package var description: String {
        "\(folder) is in no git repository that can be read (\(reason)); change into one, or name one with --root"
    }
}

/// A remote that did not give its tags.
package struct FetchError: Error, CustomStringConvertible {
    /// Its name.
    package let remote: String
    /// What git said; nothing where a tag that is here is another one there.
    package let message: String

    package var description: String {
        "the tags of the remote '\(remote)' could not all be fetched: "
            + (message.isEmpty ? "one that is here was moved there; 'git fetch --tags' names it" : message)
    }
}

/// A repository that nothing can be fetched for.
package struct NoRemoteError: Error, CustomStringConvertible {
    /// Its folder.
    package let folder: FilePath

    package var description: String { "\(folder) has no remote to fetch from; add one with 'git remote add'" }
}
