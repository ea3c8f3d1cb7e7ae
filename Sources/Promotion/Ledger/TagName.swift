package import Attestation

/// The name of a tag in the ledger, without `refs/tags/`: the series, a slash, the version, and what the tag says of it.
///
/// ```
/// golden/v1.2.0                    asks for a build
/// golden/v1.2.0-staging            puts the release into a channel
/// golden/v1.1.0-prod.2             puts it there for the second time: a rollback
/// golden/v1.2.0-prod-approved.1    an approval of its promotion to prod
/// golden/v1.2.0-revoked            takes it back, for every channel
/// ```
package struct TagName: Sendable, Hashable, CustomStringConvertible {
    /// What a tag says of a release.
    package enum Claim: Sendable, Hashable {
        /// That it shall be built.
        case request
        /// That it is in a channel; `turn` counts from 1 how often it was put there.
        case placement(Channel, turn: Int)
        /// That somebody agrees to its promotion; `number` counts from 1.
        case approval(Channel, number: Int)
        /// That nobody may use it any more.
        case revocation
    }

    /// The series, which belongs to one template: `golden`.
    package let series: String
    /// The release's version: `v1.2.0`.
    package let version: String
    /// What the tag says of the release.
    package let claim: Claim

    /// The name of a tag; series and version must be well-formed.
    package init(series: String, version: String, claim: Claim) {
        self.series = series
        self.version = version
        self.claim = claim
    }

    /// Reads a tag's name; nil for one that belongs to no ledger.
    package init?(_ text: String) {
        guard text.utf8.count <= 255, let slash = text.utf8.lastIndex(of: UInt8(ascii: "/")), slash != text.startIndex
        else { return nil }
        let series = String(text[..<slash])
        let rest = text[text.index(after: slash)...]
        if ReleaseVersion.problem(with: String(rest)) == nil {
            self.init(series: series, version: String(rest), claim: .request)
            return
        }
        guard let (version, claim) = Self.claim(in: rest), ReleaseVersion.problem(with: version) == nil else {
            return nil
        }
        self.init(series: series, version: version, claim: claim)
    }

    package var description: String {
        let release = "\(series)/\(version)"
        return switch claim {
        case .request: release
        case .placement(let channel, 1): "\(release)-\(channel.rawValue)"
        case .placement(let channel, let turn): "\(release)-\(channel.rawValue).\(turn)"
        case .approval(let channel, let number): "\(release)-\(channel.rawValue)-approved.\(number)"
        case .revocation: "\(release)-revoked"
        }
    }

    /// The full name of the tag's ref.
    package var ref: String { "refs/tags/\(self)" }

    /// Takes the claim off the end of a name; it is one word, or two for an approval.
    private static func claim(in text: Substring) -> (version: String, Claim)? {
        guard let (front, word) = lastWord(of: text) else { return nil }
        if word == "revoked" { return (String(front), .revocation) }
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        guard let stem = parts.first, parts.count <= 2 else { return nil }
        let number = parts.count == 2 ? number(parts[1]) : nil
        guard parts.count == 1 || number != nil else { return nil }
        if stem == "approved" {
            guard let number, let (version, word) = lastWord(of: front), let channel = Channel(rawValue: String(word))
            else { return nil }
            return (String(version), .approval(channel, number: number))
        }
        // The first turn has no number, so that a tag has one name only.
        guard let channel = Channel(rawValue: String(stem)), number != 1 else { return nil }
        return (String(front), .placement(channel, turn: number ?? 1))
    }

    /// The text before the last hyphen, and the word after it.
    private static func lastWord(of text: Substring) -> (Substring, Substring)? {
        guard let hyphen = text.utf8.lastIndex(of: UInt8(ascii: "-")) else { return nil }
        return (text[..<hyphen], text[text.utf8.index(after: hyphen)...])
    }

    /// A number from 1 to 999,999,999 in its one spelling.
    private static func number(_ text: Substring) -> Int? {
        guard text.utf8.count <= 9, let number = Int(text), number > 0, "\(number)" == text else { return nil }
        return number
    }
}
