package import Attestation
package import HostSystem

/// A tag that puts a release into a channel: by building it, by promotion, or by a rollback.
package struct Placement: Sendable, Hashable {
    /// The tag.
    package internal(set) var tag: LedgerTag
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
    /// The digest of the verification summary that the gate left; nil where none was asked for.
    package let verification: Digest?
    /// Whether somebody put it there without its evidence being verified.
    package let isUnverified: Bool

    /// A placement.
    package init(
        tag: LedgerTag, channel: Channel, release: ReleaseIdentity, previous: ObjectID?, rollsBack: TagName?,
        reason: String?, verification: Digest? = nil, isUnverified: Bool = false
    ) {
        self.tag = tag
        self.channel = channel
        self.release = release
        self.previous = previous
        self.rollsBack = rollsBack
        self.reason = reason
        self.verification = verification
        self.isUnverified = isUnverified
    }
}
