package import HostSystem
package import SystemPackage

/// Where a key's passphrase comes from.
package enum PassphraseSource: Sendable, Equatable {
    /// Whoever sits at the terminal.
    case prompt
    /// An environment variable.
    case environment(String)
    /// The first line of a file.
    case file(FilePath)
    /// There is none.
    case none

    /// The longest passphrase, in bytes.
    private static let limit = 1024

    /// The source that a text names: `prompt`, `env:NAME`, `file:PATH` or `none`; nil for any other text.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts[0], parts.count == 2 ? parts[1] : nil) {
        case ("prompt", nil): self = .prompt
        case ("none", nil): self = .none
        case ("env", let name?) where !name.isEmpty: self = .environment(name)
        case ("file", let path?) where !path.isEmpty: self = .file(FilePath(path))
        default: return nil
        }
    }

    /// The passphrase of an encrypted key.
    ///
    /// - Throws: ``PassphraseError``, ``GuardedFileError``.
    package func passphrase(
        of key: FilePath, environment: [String: String], terminal: TerminalPrompt
    ) async throws -> Secret? {
        guard self == .prompt else { return try stored(environment: environment) }
        return try Self.checked(try await terminal.ask("Passphrase of \(key): "), of: "the terminal")
    }

    /// The passphrase that a new key is to get; at the terminal, it is asked for twice.
    ///
    /// - Throws: ``PassphraseError``, ``GuardedFileError``.
    package func newPassphrase(
        of key: FilePath, environment: [String: String], terminal: TerminalPrompt
    ) async throws -> Secret? {
        guard self == .prompt else { return try stored(environment: environment) }
        let first = try Self.checked(try await terminal.ask("New passphrase of \(key): "), of: "the terminal")
        let second = try await terminal.ask("The same again: ")
        guard Array(first.reveal().utf8) == second else { throw PassphraseError.different }
        return first
    }

    private func stored(environment: [String: String]) throws -> Secret? {
        switch self {
        case .environment(let name):
            guard let text = environment[name] else { throw PassphraseError.noVariable(name) }
            return try Self.checked(Array(text.utf8), of: "the environment variable \(name)")
        case .file(let path):
            let line = try GuardedFile.read(path, .private).prefix { $0 != UInt8(ascii: "\n") }
            return try Self.checked(Array(line), of: path.string)
        case .prompt, .none:
            return nil
        }
    }

    private static func checked(_ bytes: [UInt8], of source: String) throws(PassphraseError) -> Secret {
        guard !bytes.isEmpty else { throw .empty(source) }
        guard bytes.count <= limit, !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw .unusable(source, limit: limit)
        }
        return Secret(text)
    }
}

/// Why a passphrase cannot be had.
package enum PassphraseError: Error, Equatable, CustomStringConvertible {
    /// The variable is not set.
    case noVariable(String)
    /// There is nobody to ask.
    case noTerminal
    /// Nobody answered.
    case noAnswer(limit: Duration)
    /// There is nothing in it.
    case empty(String)
    /// It is too long, or no text.
    case unusable(String, limit: Int)
    /// What was typed the second time is something else.
    case different

    package var description: String {
        switch self {
        case .noVariable(let name): "the environment variable \(name) is not set; the passphrase is to come from it"
        case .noTerminal:
            "there is no terminal to ask for a passphrase on; give --passphrase env:NAME, file:PATH or none"
        case .noAnswer(let limit): "nobody typed a passphrase within \(limit)"
        case .empty(let source): "the passphrase of \(source) is empty; '--passphrase none' is for a key without one"
        case .unusable(let source, let limit):
            "the passphrase of \(source) is longer than \(limit) bytes, or no UTF-8 text"
        case .different: "the two passphrases differ; nothing was made"
        }
    }
}
