package import HostSystem

/// What an installer medium is, as the manifest names it.
package struct MediumIdentity: Sendable, Codable, Equatable {
    /// The digest of the whole ISO.
    package let sha256: Digest
    /// What `.disk/info` says.
    package let name: String
    /// The kldload version.
    package let version: String

    /// What a medium is.
    package init(sha256: Digest, name: String, version: String) {
        self.sha256 = sha256
        self.name = name
        self.version = version
    }
}
