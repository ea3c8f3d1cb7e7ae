/// A named set of operations; each has those of the profiles before it, too.
package enum SealProfile: String, Sendable, Codable, CaseIterable, Comparable {
    /// What two clones must not share, and what opens a door into them.
    case minimal
    /// The traces of the build beside that.
    case standard
    /// What makes the system a member of a domain, or known to a management server, beside that.
    case joined

    package static func < (one: SealProfile, other: SealProfile) -> Bool {
        allCases.firstIndex(of: one) ?? 0 < allCases.firstIndex(of: other) ?? 0
    }
}
