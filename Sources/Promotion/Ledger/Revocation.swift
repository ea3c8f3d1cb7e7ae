/// A tag that takes a release back: nobody may use it any more.
package struct Revocation: Sendable, Hashable {
    /// The tag.
    package let tag: LedgerTag
    /// The bytes.
    package let release: ReleaseIdentity
    /// Why.
    package let reason: String

    /// A revocation.
    package init(tag: LedgerTag, release: ReleaseIdentity, reason: String) {
        self.tag = tag
        self.release = release
        self.reason = reason
    }
}
