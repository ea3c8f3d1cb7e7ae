package import HostSystem
package import SystemPackage

/// The signature of a release: `SHA256SUMS.sig`, over `SHA256SUMS`, which names every file by its digest.
///
/// It is the raw signature, as `openssl` and `cosign verify-blob` take it.
package struct ReleaseSignature: Sendable {
    /// What came of signing.
    package enum Outcome: String, Sendable, Codable {
        /// There was none.
        case made
        /// The key had signed the release already.
        case kept
        /// Another's signature gave way.
        case replaced
    }

    /// The name of the checksums' file.
    package static let checksumsName: FilePath.Component = "SHA256SUMS"
    /// The name of the signature's file.
    package static let fileName: FilePath.Component = "SHA256SUMS.sig"
    /// The longest checksums that are read.
    private static let checksumsLimit = 1 << 20

    /// The checksums' file.
    package let checksums: FilePath
    /// The signature's file.
    package let path: FilePath

    /// The signature of the release in a folder.
    package init(of release: FilePath) {
        checksums = release.appending(Self.checksumsName)
        path = release.appending(Self.fileName)
    }

    /// Refuses a folder without checksums; for before a passphrase is asked for.
    package func checkRelease() throws {
        _ = try readChecksums()
    }

    /// Signs the checksums as they are; whether they are right is for verification.
    ///
    /// - Parameter replaces: Whether a signature that is not this key's over these checksums gives way.
    /// - Throws: ``ReleaseSignatureError``, ``GuardedFileError``, `KeyError`, `Errno`.
    package func make(by key: PrivateKey, replaces: Bool = false) throws -> Outcome {
        let bytes = try readChecksums()
        let present = try read()
        if let present {
            if key.publicKey.verifies(present, of: bytes) { return .kept }
            guard replaces else { throw ReleaseSignatureError.foreign(path) }
        }
        try path.writeAtomically(try key.signature(of: bytes))
        return present == nil ? .made : .replaced
    }

    /// Whether the key signed the checksums as they are; false too if there is no signature.
    ///
    /// - Throws: ``GuardedFileError``.
    package func isMade(by key: PublicKey) throws -> Bool {
        let bytes = try readChecksums()
        return try read().map { key.verifies($0, of: bytes) } ?? false
    }

    private func readChecksums() throws -> [UInt8] {
        try GuardedFile.read(checksums, .open, limit: Self.checksumsLimit)
    }

    private func read() throws -> [UInt8]? {
        do {
            return try GuardedFile.read(path, .open, limit: 1 << 10)
        } catch GuardedFileError.missing {
            return nil
        }
    }
}

/// Why a release is not signed.
package enum ReleaseSignatureError: Error, Equatable, CustomStringConvertible {
    /// There is a signature, by another key or of other checksums.
    case foreign(FilePath)

    package var description: String {
        switch self {
        case .foreign(let path):
            "\(path) is by another key, or of other checksums; --replace puts this key's in its place"
        }
    }
}
