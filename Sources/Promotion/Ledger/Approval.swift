package import Attestation

/// A tag that agrees to a promotion.
package struct Approval: Sendable, Hashable {
    /// The tag.
    package internal(set) var tag: LedgerTag
    /// The channel that the release may enter.
    package let channel: Channel
    /// The bytes.
    package let release: ReleaseIdentity
    /// The tag object of the series' approval before this one, for whichever channel; nil for the first.
    package let previous: ObjectID?

    /// An approval.
    package init(tag: LedgerTag, channel: Channel, release: ReleaseIdentity, previous: ObjectID? = nil) {
        self.tag = tag
        self.channel = channel
        self.release = release
        self.previous = previous
    }
}
