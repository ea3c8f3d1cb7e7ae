internal import Foundation
package import HostSystem
package import SystemPackage

/// A key on the disk: `NAME.key`, which its owner alone can read, and `NAME.pub` beside it, which is for everyone.
package struct KeyFile: Sendable {
    /// The private key's file.
    package let privatePath: FilePath
    /// The public key's file.
    package let publicPath: FilePath

    /// The files of a key in a folder.
    package init(named name: String, in folder: FilePath) {
        privatePath = FilePath("\(folder)/\(name).key").lexicallyNormalized()
        publicPath = FilePath("\(folder)/\(name).pub").lexicallyNormalized()
    }

    /// Whether a text can name a key: a plain name of a file, without its extension.
    package static func isName(_ text: String) -> Bool {
        text.utf8.count <= 128 && text.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._\-]*/) != nil
    }

    /// Refuses a name that is taken; for before a passphrase is asked for.
    package func checkIsFree() throws(KeyFileError) {
        for path in [privatePath, publicPath] where (try? path.stat(followTargetSymlink: false)) != nil {
            throw .exists(path)
        }
    }

    /// Makes a new key, and puts both halves on the disk for good; nothing that is there is touched.
    ///
    /// - Throws: ``KeyFileError``, `KeyError`.
    package func create(_ algorithm: PrivateKey.Algorithm, passphrase: Secret?) async throws -> PublicKey {
        try await offloaded { _ in
            try checkIsFree()
            let key = try PrivateKey.generate(algorithm)
            let pem = try key.pem(passphrase: passphrase)
            try Self.write(pem, to: privatePath, mode: .privateFile)
            do {
                try Self.write(Array(key.publicKey.pem.utf8), to: publicPath, mode: .publicFile)
            } catch {
                // Half a key would stand in the next one's way; its other half was never used.
                try? privatePath.remove()
                throw error
            }
            try privatePath.absolute.removingLastComponent().sync()
            return key.publicKey
        }
    }

    /// The private key in a file, which must be private.
    ///
    /// - Throws: ``KeyFileError``, ``GuardedFileError``, ``PassphraseError``.
    package static func load(
        _ path: FilePath, passphrase source: PassphraseSource, environment: [String: String],
        terminal: TerminalPrompt = TerminalPrompt()
    ) async throws -> PrivateKey {
        let pem = try GuardedFile.read(path, .private)
        let isEncrypted = try read(path) { try PrivateKey.isEncrypted(pem: pem) }
        let passphrase =
            try await isEncrypted ? source.passphrase(of: path, environment: environment, terminal: terminal) : nil
        return try await offloaded { _ in try read(path) { try PrivateKey(pem: pem, passphrase: passphrase) } }
    }

    /// The public key in a file, whoever it belongs to.
    ///
    /// - Throws: ``KeyFileError``, ``GuardedFileError``.
    package static func loadPublic(_ path: FilePath) throws -> PublicKey {
        let pem = try GuardedFile.read(path, .open)
        return try read(path) { try PublicKey(pem: pem) }
    }

    private static func read<Value>(_ path: FilePath, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as KeyError {
            throw KeyFileError.key(path, error)
        }
    }

    private static func write(_ bytes: [UInt8], to path: FilePath, mode: FilePermissions) throws {
        do {
            let descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: mode)
            do {
                try descriptor.closeAfter {
                    try descriptor.writeAll(bytes)
                    guard fchmod(descriptor.rawValue, mode.rawValue) == 0, fsync(descriptor.rawValue) == 0 else {
                        throw Errno(rawValue: errno)
                    }
                }
            } catch {
                try? path.remove()
                throw error
            }
        } catch Errno.fileExists {
            throw KeyFileError.exists(path)
        } catch let error as Errno {
            throw KeyFileError.unwritable(path, error)
        }
    }
}

/// Why a key's file cannot be made or used.
package enum KeyFileError: Error, Equatable, CustomStringConvertible {
    /// Something is there already.
    case exists(FilePath)
    /// It cannot be written.
    case unwritable(FilePath, Errno)
    /// What is in it is no key that can be used.
    case key(FilePath, KeyError)

    package var description: String {
        switch self {
        case .exists(let path): "\(path) is there already; keys are never replaced: choose another name or folder"
        case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
        case .key(let path, let error): "the key \(path) cannot be used: \(error)"
        }
    }
}
