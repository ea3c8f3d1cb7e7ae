/// A placement as a deployment in the sense of DORA, with what the ledger tells of its fate so far.
///
/// Every placement counts, a rollback too: it changes what is in use.
package struct Deployment: Sendable {
    /// How a failed deployment was made good.
    package struct Recovery: Sendable, Hashable {
        /// From the failed deployment to the next one that did not fail; whole seconds.
        package let time: Duration
        /// Whether nothing that is still to come can change it: the deployment that recovered has a successor.
        package let isFinal: Bool
    }

    /// The placement.
    package let placement: Placement
    /// For each change that this deployment brought first, the time since its commit; whole seconds.
    ///
    /// A change whose commit says that it was made later has none. All are missing where the changes cannot be told: see
    /// ``CommitHistory/changes(along:)``.
    package let leadTimes: [Duration]
    /// Whether somebody had to step in: a rollback undid it, or its release was revoked before the next one took its
    /// place. Of a revocation and a placement within one second, the revocation counts as the first.
    package let hasFailed: Bool
    /// How it was made good; nil for one that did not fail, or that is not made good.
    package let recovery: Recovery?

    /// Whether it was unplanned work after an incident: a rollback, or a placement whose reason begins with the word
    /// `hotfix`.
    package var isRework: Bool {
        placement.rollsBack != nil || placement.reason?.prefix(while: \.isLetter).lowercased() == "hotfix"
    }
}
