package import Attestation

/// A tag that agrees to a promotion.
package struct Approval: Sendable, Hashable {
    /// The tag.
    package let tag: LedgerTag
    /// The channel that the release may enter.
    package let channel: Channel
    /// The bytes.
    package let release: ReleaseIdentity

    /// An approval.
    package init(tag: LedgerTag, channel: Channel, release: ReleaseIdentity) {
        self.tag = tag
        self.channel = channel
        self.release = release
    }
}
