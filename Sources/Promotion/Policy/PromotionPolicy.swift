package import Attestation
package import HostSystem

/// What a release needs to enter each channel.
package struct PromotionPolicy: Sendable, Equatable {
    /// Where the policy is kept, in the commit that is checked out.
    package static let file = "pipelines/promotion.yaml"

    /// What each channel asks for; a channel that is not named asks for the usual evidence.
    package var channels: [Channel: ChannelPolicy]
    /// The digest of the file; nil where there is none.
    package var digest: Digest?

    /// A policy.
    package init(channels: [Channel: ChannelPolicy] = [:], digest: Digest? = nil) {
        self.channels = channels
        self.digest = digest
    }

    /// What a channel asks for.
    package subscript(channel: Channel) -> ChannelPolicy {
        channels[channel] ?? ChannelPolicy()
    }
}
