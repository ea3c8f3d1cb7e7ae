internal import Attestation

/// The tags that ask for a build, as forges write patterns. They only spare jobs: `ci run` decides.
enum TagPatterns {
    /// Patterns of GitHub and Gitea, of which a later one overrules those before it. A `*` matches no slash.
    static var globs: [String] {
        let placements = Channel.allCases.map(\.rawValue).flatMap { ["!*/v*-\($0)", "!*/v*-\($0).*"] }
        return ["*/v[0-9]*"] + placements + ["!*/v*-approved.*", "!*/v*-revoked"]
    }

    /// What GitLab matches with `=~`.
    static let wanted = #"/^[a-z0-9-]+\/v[0-9]/"#
    /// What GitLab matches with `!~`.
    static var unwanted: String {
        let channels = Channel.allCases.map(\.rawValue).joined(separator: "|")
        return #"/-(?:(?:\#(channels))(?:\.[0-9]+)?|(?:\#(channels))-approved\.[0-9]+|revoked)$/"#
    }
}
