/// A tag that takes a release back: nobody may use it any more.
package struct Revocation: Sendable, Hashable {
    /// The tag.
    package internal(set) var tag: LedgerTag
    /// The bytes.
    package let release: ReleaseIdentity
    /// Why.
    package let reason: String
    /// The tag object of the series' revocation before this one; nil for the first.
    package let previous: ObjectID?

    /// A revocation.
    package init(tag: LedgerTag, release: ReleaseIdentity, reason: String, previous: ObjectID? = nil) {
        self.tag = tag
        self.release = release
        self.reason = reason
        self.previous = previous
    }
}
