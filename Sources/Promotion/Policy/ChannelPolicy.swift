package import Attestation

/// What a release needs to enter one channel, beside having been in the one before.
package struct ChannelPolicy: Sendable, Equatable {
    /// The evidence that must be there and good.
    package var evidence: Set<Evidence> = Evidence.usual
    /// The commands that must succeed, in their order.
    package var gates: [Gate] = []
    /// How long it must have been what the source channel holds; nil for no time at all.
    package var soak: Duration?
    /// How many must agree, each by a signed approval of the same bytes.
    package var approvals = 0
    /// Who may agree, by the names of the allowed signers; nil for all of them.
    package var approvers: Set<String>?
    /// Whether the agreement of the one who promotes counts too.
    package var countsAuthor = false
    /// Who may promote and roll back, by the names of the allowed signers; nil for everybody who may sign.
    package var promoters: Set<String>?

    /// What is asked for where nobody says anything: the usual evidence.
    package init() {}
}
