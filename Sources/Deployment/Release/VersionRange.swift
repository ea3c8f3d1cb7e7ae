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

    private struct Bound {
        /// `X.Y.Z`, perhaps with pre-release parts.
        let text: String
        let place: VersionPrecedence
        let isIncluded: Bool

        init?(_ text: some StringProtocol, isIncluded: Bool) {
            guard let place = VersionPrecedence("v\(text)") else { return nil }
            (self.text, self.place, self.isIncluded) = (String(text), place, isIncluded)
        }
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

    package static func == (one: VersionRange, other: VersionRange) -> Bool { one.description == other.description }

    package func hash(into hasher: inout Hasher) { hasher.combine(description) }

    /// Whether a version, `vX.Y.Z`, is one of them.
    package func contains(_ version: String) -> Bool {
        guard let place = VersionPrecedence(version) else { return false }
        let text = version.dropFirst()
        guard !text.contains("-") || (lower + upper).contains(where: { Self.isCandidate(text, of: $0) }) else {
            return false
        }
        return lower.allSatisfy { $0.place < place || $0.isIncluded && $0.place == place }
            && upper.allSatisfy { place < $0.place || $0.isIncluded && $0.place == place }
    }

    /// Whether a bound is a pre-release of the same three numbers as another one.
    private static func isCandidate(_ text: Substring, of bound: Bound) -> Bool {
        bound.text.contains("-") && bound.text.prefix { $0 != "-" } == text.prefix { $0 != "-" }
    }

    private static func bounds(_ part: Substring) -> (lower: [Bound], upper: [Bound])? {
        for (sign, isIncluded) in [(">=", true), (">", false)] where part.hasPrefix(sign) {
            return Bound(part.dropFirst(sign.count), isIncluded: isIncluded).map { ([$0], []) }
        }
        for (sign, isIncluded) in [("<=", true), ("<", false)] where part.hasPrefix(sign) {
            return Bound(part.dropFirst(sign.count), isIncluded: isIncluded).map { ([], [$0]) }
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
        let numbers = text.prefix { $0 != "-" }.split(separator: ".").compactMap { Int($0) }
        guard let first = Bound(text, isIncluded: true), numbers.count == 3 else { return nil }
        let last = staying(numbers)
        let (next, overflows) = numbers[last].addingReportingOverflow(1)
        guard !overflows else { return nil }
        let end = numbers[..<last] + [next] + Array(repeating: 0, count: 2 - last)
        return Bound(end.map { "\($0)" }.joined(separator: "."), isIncluded: false).map { ([first], [$0]) }
    }
}
