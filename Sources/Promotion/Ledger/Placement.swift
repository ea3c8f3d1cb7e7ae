package import Attestation

/// A tag that puts a release into a channel: by building it, by promotion, or by a rollback.
package struct Placement: Sendable, Hashable {
    /// The tag.
    package let tag: LedgerTag
    /// The channel.
    package let channel: Channel
    /// The bytes.
    package let release: ReleaseIdentity
    /// The tag object of the channel's placement before this one; nil for the first.
    package let previous: ObjectID?
    /// The placement that a rollback undoes; nil for all others.
    package let rollsBack: TagName?
    /// Why, where somebody said it; a rollback always has it. `hotfix` marks unplanned work after an incident.
    package let reason: String?

    /// A placement.
    package init(
        tag: LedgerTag, channel: Channel, release: ReleaseIdentity, previous: ObjectID?, rollsBack: TagName?,
        reason: String?
    ) {
        self.tag = tag
        self.channel = channel
        self.release = release
        self.previous = previous
        self.rollsBack = rollsBack
        self.reason = reason
    }
}
