package import SystemPackage

/// With which key tags are signed.
package enum TagSigning: Sendable, Hashable {
    /// The one of the user's own git settings (`user.signingkey`, `gpg.format`); none where these name none.
    case settings
    /// An SSH key: the file of the private one, or of the public one where an agent holds the other.
    case key(FilePath)
}
