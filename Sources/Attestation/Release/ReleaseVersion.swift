/// The form of a release's version: `vX.Y.Z`, with the usual pre-release parts (semver.org).
package enum ReleaseVersion {
    /// The words of tags, which no version may hold: `v1.2.0-prod.2` would be the tag of a promotion.
    private static let reserved = Channel.allCases.map(\.rawValue) + ["approved", "revoked"]

    /// Whether a text has the form of a version, whatever its parts say.
    package static func isWellFormed(_ version: String) -> Bool {
        // A version becomes the name of a tag, in which git allows no empty part between two dots, nor such an end.
        guard version.utf8.count <= 64, version.hasPrefix("v"), !version.hasSuffix(".lock") else { return false }
        let text = version.utf8.dropFirst()
        let end = text.firstIndex(of: UInt8(ascii: "-")) ?? text.endIndex
        let numbers = text[..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 3, numbers.allSatisfy(isNumber) else { return false }
        guard end < text.endIndex else { return true }
        let parts = text[end...].dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isOfPart) }
    }

    /// Digits without a zero in front.
    private static func isNumber(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, text.allSatisfy(isDigit) else { return false }
        return first != UInt8(ascii: "0") || text.count == 1
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// A digit, a letter of ASCII, or a hyphen.
    private static func isOfPart(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: "-") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
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
