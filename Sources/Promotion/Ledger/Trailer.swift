/// A line `Key: value` in the last paragraph of a tag's message, where git looks for trailers too.
package struct Trailer: Sendable, Hashable {
    /// The keys of the ledger; all but `Image-Digest` stand once in a tag.
    package enum Key: String, Sendable, CaseIterable {
        /// The SHA-256 of the release's manifest: `sha256:…`.
        case release = "Release-Digest"
        /// The SHA-256 of the release's checksums.
        case evidence = "Evidence-Digest"
        /// The digest of an image, after its format: `qcow2 sha256:…`.
        case image = "Image-Digest"
        /// The channel that the tag is about.
        case channel = "Channel"
        /// The template.
        case template = "Template"
        /// The release's version.
        case version = "Version"
        /// The id of the tag object before this one in its chain, or `none`.
        case previous = "Previous"
        /// The name of the placement that a rollback undoes.
        case rollsBack = "Rolls-Back"
        /// Why, in a person's words.
        case reason = "Reason"
        /// The SHA-256 of the verification summary that the gate left.
        case verification = "Verification-Summary"
        /// `yes` where somebody put a release into a channel without its evidence being verified.
        case unverified = "Unverified"
    }

    /// The key, ours or another's.
    package let key: String
    /// The value.
    package let value: String

    /// The most bytes of a value.
    static let limit = 512

    /// A trailer.
    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// A trailer of the ledger.
    package init(_ key: Key, _ value: some CustomStringConvertible) {
        self.init(key: key.rawValue, value: "\(value)")
    }

    /// Reads a line; nil for what is no trailer.
    init?(line: Substring) {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let (key, rest) = (line[..<colon], line[line.utf8.index(after: colon)...])
        let value = rest.dropFirst()
        guard Self.isKey(key), rest.hasPrefix(" "), !value.isEmpty, !value.hasPrefix(" "), !value.hasSuffix(" "),
            value.utf8.count <= Self.limit
        else { return nil }
        self.init(key: String(key), value: String(value))
    }

    /// The beginning of a text, as much of it as a value holds.
    static func shortened(_ text: String) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = text
        while kept.utf8.count > limit - "…".utf8.count || kept.hasSuffix(" ") { kept.removeLast() }
        return kept + "…"
    }

    /// The line.
    var line: String { "\(key): \(value)" }

    /// The key of the ledger that the line's key is, in any case: git takes keys without regard to it.
    var anyCaseKey: Key? {
        Self.keys[key.lowercased()]
    }

    private static let keys = Dictionary(uniqueKeysWithValues: Key.allCases.map { ($0.rawValue.lowercased(), $0) })

    /// Whether a text is a letter with letters, digits and hyphens after it.
    private static func isKey(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter, text.utf8.count <= 64 else { return false }
        return text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
    }
}
