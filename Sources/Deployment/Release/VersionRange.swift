internal import Attestation

/// Which versions a fleet takes, in the words of package managers: `1.x`, `1.2.x`, `~1.2.3`, `^1.2.3`, `>=1.2.0 <2.0.0`.
///
/// Versions are ordered as semver.org says (2.0.0, section 11). A pre-release is in a range only where a bound names one
/// of the same three numbers, as npm has it: who asks for `1.x` wants no candidate of `2.0.0`, nor of `1.3.0`.
package struct VersionRange: Sendable, Hashable, CustomStringConvertible {
    /// The range as somebody wrote it.
    package let description: String
    private let lower: [Bound]
    private let upper: [Bound]

    private struct Bound: Hashable {
        let version: VersionOrder
        let isIncluded: Bool
    }

    /// Parses a range; nil for what is none. Parts with spaces between must all hold.
    package init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard (1...4).contains(parts.count), text.utf8.count <= 128 else { return nil }
        var (lower, upper): ([Bound], [Bound]) = ([], [])
        for part in parts {
            guard let bounds = Self.bounds(part) else { return nil }
            lower += bounds.lower
            upper += bounds.upper
        }
        (description, self.lower, self.upper) = (text, lower, upper)
    }

    /// Whether a version, `vX.Y.Z`, is one of them.
    package func contains(_ version: String) -> Bool {
        guard ReleaseVersion.isWellFormed(version), let version = VersionOrder(version.dropFirst()) else {
            return false
        }
        let isNamed = (lower + upper).contains { $0.version.isCandidate && $0.version.numbers == version.numbers }
        guard !version.isCandidate || isNamed else { return false }
        return lower.allSatisfy { $0.version < version || $0.isIncluded && $0.version == version }
            && upper.allSatisfy { version < $0.version || $0.isIncluded && $0.version == version }
    }

    private static func bounds(_ part: Substring) -> (lower: [Bound], upper: [Bound])? {
        for (sign, isIncluded) in [(">=", true), (">", false)] where part.hasPrefix(sign) {
            return VersionOrder(part.dropFirst(sign.count)).map { ([Bound(version: $0, isIncluded: isIncluded)], []) }
        }
        for (sign, isIncluded) in [("<=", true), ("<", false)] where part.hasPrefix(sign) {
            return VersionOrder(part.dropFirst(sign.count)).map { ([], [Bound(version: $0, isIncluded: isIncluded)]) }
        }
        if part.hasPrefix("^") {
            // The first number that is not 0 must stay.
            return span(part.dropFirst()) { numbers in numbers.prefix(2).firstIndex { $0 > 0 } ?? 2 }
        }
        if part.hasPrefix("~") { return span(part.dropFirst()) { _ in 1 } }
        guard part.hasSuffix(".x") else { return nil }
        let numbers = part.dropLast(2).split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(numbers.count) else { return nil }
        let text = (numbers + Array(repeating: "0", count: 3 - numbers.count)).joined(separator: ".")
        return span(Substring(text)) { _ in numbers.count - 1 }
    }

    /// From a version on, as long as the numbers up to one of them stay.
    private static func span(_ text: Substring, staying: ([Int]) -> Int) -> (lower: [Bound], upper: [Bound])? {
        guard let version = VersionOrder(text) else { return nil }
        let last = staying(version.numbers)
        let (next, overflows) = version.numbers[last].addingReportingOverflow(1)
        guard !overflows else { return nil }
        let numbers = version.numbers[..<last] + [next] + Array(repeating: 0, count: 2 - last)
        return (
            [Bound(version: version, isIncluded: true)],
            [Bound(version: VersionOrder(numbers: Array(numbers)), isIncluded: false)]
        )
    }
}
