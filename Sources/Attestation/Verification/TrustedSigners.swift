package import HostSystem
package import SystemPackage

/// Somebody whose signature may count.
package struct TrustedSigner: Sendable, Hashable {
    /// The name that policies and reports know the key by: its file's, without `.pub`.
    package let name: String
    /// The key.
    package let key: PublicKey
    /// Whether the key was revoked, from whenever on: when something was signed is the signer's own word.
    package let isRevoked: Bool

    /// A signer.
    package init(name: String, key: PublicKey, isRevoked: Bool = false) {
        self.name = name
        self.key = key
        self.isRevoked = isRevoked
    }
}

/// Those whose signatures may count; what the policy says of them comes on top.
///
/// ```
/// trust/
///   release-2026.pub   a public key each, as openssl and cosign write it
///   revoked            fingerprints of keys that count no longer, one a line; '#' begins a remark
///   policy.yaml        see VerificationPolicy
/// ```
package struct TrustedSigners: Sendable {
    /// The signers by name; at least one.
    package let all: [TrustedSigner]

    private static let fileLimit = ByteCount.mebibytes(1)
    private static let keyLimit = 64

    /// Signers with a key each; two names for one key are refused, as it would count as two.
    package init(_ signers: [TrustedSigner]) throws(TrustError) {
        var names: [PublicKey: String] = [:]
        for signer in signers {
            if let other = names.updateValue(signer.name, forKey: signer.key) {
                throw .sameKey(other, signer.name)
            }
        }
        all = signers.sorted { $0.name < $1.name }
    }

    /// The signer with the key in a file.
    package init(key path: FilePath) throws(TrustError) {
        try self.init([TrustedSigner(name: path.stem ?? path.string, key: Self.key(path))])
    }

    /// The signers with the keys in a folder.
    package init(folder: FilePath) throws(TrustError) {
        guard folder.isFolder else { throw .missing(folder) }
        let names = folder.folderEntries.filter { FilePath($0).extension == "pub" }
        guard !names.isEmpty else { throw .noKeys(folder) }
        guard names.count <= Self.keyLimit else { throw .tooMany(folder, limit: Self.keyLimit) }
        let revoked = try Self.revoked(folder.appending("revoked"))
        var signers: [TrustedSigner] = []
        for name in names {
            let key = try Self.key(folder.appending(name))
            let signer = FilePath(name).stem ?? name
            signers.append(TrustedSigner(name: signer, key: key, isRevoked: revoked.contains(key.fingerprint)))
        }
        try self.init(signers)
    }

    /// Whom a signature's hint names.
    func signer(keyID: String) -> TrustedSigner? {
        all.first { $0.key.fingerprint.hex == keyID }
    }

    private static func key(_ path: FilePath) throws(TrustError) -> PublicKey {
        guard path.exists else { throw .missing(path) }
        do {
            return try PublicKey(pem: try path.readBytes(limit: fileLimit))
        } catch {
            throw .badFile(path, reason: "\(error)")
        }
    }

    private static func revoked(_ path: FilePath) throws(TrustError) -> Set<Digest> {
        let bytes: [UInt8]
        do {
            bytes = try path.readBytes(limit: fileLimit)
        } catch Errno.noSuchFileOrDirectory where !path.isLink {
            return []
        } catch {
            throw .badFile(path, reason: "\(error)")
        }
        var digests: Set<Digest> = []
        for (index, line) in String(decoding: bytes, as: UTF8.self).split(
            omittingEmptySubsequences: false, whereSeparator: \.isNewline
        ).enumerated() {
            let text = line.prefix { $0 != "#" }.filter { $0 != " " && $0 != "\t" }
            guard !text.isEmpty else { continue }
            guard let digest = Digest(hex: text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]) else {
                throw .badFile(path, reason: "line \(index + 1) is no fingerprint of 64 hexadecimal digits")
            }
            digests.insert(digest)
        }
        return digests
    }
}

/// Why nobody can be trusted by what was named.
package enum TrustError: Error, Equatable, CustomStringConvertible {
    /// A key or folder is not there.
    case missing(FilePath)
    /// A folder has no key.
    case noKeys(FilePath)
    /// A folder has more keys than anybody looks after.
    case tooMany(FilePath, limit: Int)
    /// A key or a list cannot be read.
    case badFile(FilePath, reason: String)
    /// Two names stand for one key.
    case sameKey(String, String)
    /// The policy names somebody who has no key.
    case noKey(signer: String)

    package var description: String {
        switch self {
        case .missing(let path): "there is no \(path); name a public key by --key, or a folder of them by --trust"
        case .noKeys(let path): "there is no key in \(path); put a file NAME.pub into it for each signer"
        case .tooMany(let path, let limit): "\(path) has more than \(limit) keys; remove those that nobody uses"
        case .badFile(let path, let reason): "\(path) cannot be used: \(reason)"
        case .sameKey(let one, let other): "'\(one)' and '\(other)' have the same key; remove one of them"
        case .noKey(let signer):
            "the policy names '\(signer)', for whom there is no key; add \(signer).pub, or remove the name"
        }
    }
}
