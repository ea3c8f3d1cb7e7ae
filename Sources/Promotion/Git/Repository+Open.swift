internal import HostSystem
package import SystemPackage

extension Repository {
    /// The repository that a folder is in: its work tree's top folder, or the bare repository itself.
    ///
    /// - Throws: ``RepositoryError``, `ProgramError` without git.
    package static func containing(_ folder: FilePath) async throws -> Repository {
        guard folder.isFolder else {
            throw RepositoryError(folder: folder, reason: "there is no such folder", isAbsent: true)
        }
        let start = Repository(folder: folder)
        do {
            guard try await start.git(["rev-parse", "--is-inside-work-tree"]).text == "true" else { return start }
            let top = try await start.git(["rev-parse", "--show-toplevel"]).standardOutput.dropLast()
            return Repository(folder: FilePath(String(decoding: top, as: UTF8.self)))
        } catch ProgramError.failed(_, _, let message) {
            throw RepositoryError(folder: folder, reason: message, isAbsent: !isInOne(folder))
        }
    }

    /// Whether there is a repository in the folder or in one above it, be it one that git will not read.
    private static func isInOne(_ folder: FilePath) -> Bool {
        var step = folder.absolute
        repeat {
            let isBare = ["HEAD", "objects", "refs"].allSatisfy { step.appending($0).exists }
            if isBare || step.appending(".git").exists { return true }
        } while step.removeLastComponent()
        return false
    }
}

/// A folder that is in no git repository, or in one that git will not read.
package struct RepositoryError: Error, CustomStringConvertible {
    /// The folder.
    package let folder: FilePath
    /// What git said.
    package let reason: String
    /// Whether there is none at all, as far as can be seen.
    package let isAbsent: Bool

    package var description: String {
        "\(folder) is in no git repository that can be read (\(reason)); change into one, or name one with --root"
    }
}
