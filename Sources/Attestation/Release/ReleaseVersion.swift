internal import RegexBuilder

/// The form of a release's version: `vX.Y.Z`, with the usual pre-release parts (semver.org).
package enum ReleaseVersion {
    /// The words of tags, which no version may hold: `v1.2.0-prod.2` would be the tag of a promotion.
    private static let reserved = Channel.allCases.map(\.rawValue) + ["approved", "revoked"]

    /// Whether a text has the form of a version, whatever its parts say.
    package static func isWellFormed(_ version: String) -> Bool {
        // A version becomes the name of a tag, in which git allows no empty part between two dots.
        let number = /0|[1-9][0-9]*/
        let parts = /[0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*/
        let form = Regex {
            "v"
            number
            "."
            number
            "."
            number
            Optionally {
                "-"
                parts
            }
        }
        return version.utf8.count <= 64 && version.wholeMatch(of: form) != nil && !version.hasSuffix(".lock")
    }

    /// What is wrong with a version, as a sentence; nil for a good one.
    package static func problem(with version: String) -> String? {
        guard isWellFormed(version) else {
            return "'\(version)' is not a version; write vX.Y.Z, such as v1.2.0 or v1.2.0-rc.1"
        }
        let words = version.split { $0 == "-" || $0 == "." }.map(String.init)
        guard let word = reserved.first(where: words.contains) else { return nil }
        return "'\(version)' holds '\(word)', which the tags of a promotion hold; leave that to promotion"
    }
}
