package import HostSystem
package import SystemPackage

/// Who may sign the ledger: two files of the repository, as `ssh-keygen` reads them.
///
/// They are taken from the commit that the checkout stands at (a bare repository's `HEAD`), and never from a file that
/// nobody committed. Who checks out the commit of a tag, as a job of a forge does, takes its author's word for the signers;
/// only the server that takes pushes can ask more of them.
package struct SignerFiles: Sendable, Hashable {
    /// The folder of both, from the folder that holds `templates/` and `pipelines/`.
    package static let folder: FilePath = "pipelines/signers"
    /// The file of the signers: `ada@example.org namespaces="git" ssh-ed25519 AAAA…`, a line each.
    package static let allowedName = "allowed_signers"
    /// The file of the keys that are good no more: public keys, a line each, or an OpenSSH key revocation list.
    package static let revokedName = "revoked_keys"

    /// The commit that they were read from; nil in a repository without one.
    package let commit: ObjectID?
    /// The allowed signers; nil where there is no such file. Then nobody vouches for any tag.
    package let allowed: [UInt8]?
    /// The revoked keys; nil where there is no such file.
    package let revoked: [UInt8]?
    /// The digest of both, under which verdicts about signatures are remembered.
    package let digest: Digest

    /// The signers of a repository.
    package init(commit: ObjectID?, allowed: [UInt8]?, revoked: [UInt8]?) {
        self.commit = commit
        self.allowed = allowed
        self.revoked = revoked
        let parts = [allowed, revoked].map { $0.map { Digest.of($0).hex } ?? "none" }
        digest = Digest.of(parts.joined(separator: "\n"))
    }

    /// Whether tags must be signed.
    package var areSignaturesRequired: Bool { allowed != nil }

    /// Reads the files of `repository`.
    ///
    /// - Throws: `ProgramError`, ``SignerFilesError``.
    package static func read(from repository: Repository) async throws -> SignerFiles {
        let reader = ObjectReader(repository: repository)
        guard let commit = try await reader.id(of: "HEAD^{commit}") else {
            return SignerFiles(commit: nil, allowed: nil, revoked: nil)
        }
        let prefix = try await repository.git(["rev-parse", "--show-prefix"]).text
        var files: [[UInt8]?] = []
        for name in [allowedName, revokedName] {
            let path = "\(prefix)\(folder)/\(name)"
            switch try await reader.read("\(commit):\(path)", limit: limit) {
            case .missing: files.append(nil)
            case .object("blob", let bytes): files.append(bytes)
            case .object, .tooLong: throw SignerFilesError(path: path, fault: .file)
            }
        }
        return SignerFiles(commit: commit, allowed: files[0], revoked: files[1])
    }

    /// The most bytes of each.
    private static let limit = 1 << 20
}

/// A file of signers that cannot be used.
package struct SignerFilesError: Error, CustomStringConvertible {
    /// What is wrong with it.
    package enum Fault: Sendable {
        /// It is no file, or a long one.
        case file
        /// A line of it is no public key.
        case keys
    }

    /// Its path in the repository.
    package let path: String
    /// What is wrong with it.
    package let fault: Fault

    package var description: String {
        switch fault {
        case .file:
            "\(path) is no file of at most 1 MiB in the commit that is checked out; no tag can be verified until it is one"
        case .keys:
            "\(path) has a line that is no public key, so that a key may go on being good that was meant to be revoked; "
                + "write one public key a line"
        }
    }
}
