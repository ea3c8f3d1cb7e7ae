package import HostSystem
package import SystemPackage

/// A git repository on this host, driven by the real `git`.
package struct Repository: Sendable {
    /// The work tree, or a bare repository's own folder.
    package let folder: FilePath

    /// How long a command may take that talks to nobody.
    package static let localLimit: Duration = .seconds(60)
    /// How long a command may take that talks to a remote.
    package static let remoteLimit: Duration = .seconds(300)
    /// How the names of scratch folders begin that stand in the temporary folder while a ledger is read or written.
    package static let scratchPrefixes = [TagWriter.scratchPrefix, SignatureChecker.scratchPrefix]

    /// The repository in `folder`.
    package init(folder: FilePath) {
        self.folder = folder
    }

    /// Runs git in the repository, and gives what it printed.
    ///
    /// Nothing is asked on a terminal, hooks of the repository do not run on reading commands, and messages are English.
    ///
    /// - Throws: `ProgramError`, also when git ends with another status than 0.
    @discardableResult
    package func git(
        _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:],
        deadline: Duration = Repository.localLimit
    ) async throws -> ProgramOutput {
        // A repository's own settings may name programs to run; none is needed to read it.
        let settings = ["-c", "core.fsmonitor=false"]
        let variables = ["GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"]
        return try await Program.run(
            "git", settings + arguments, input: input, environment: variables.merging(environment) { $1 }, in: folder,
            deadline: deadline)
    }
}
