/// The order of release versions (Semantic Versioning 2.0.0, section 11).
package struct VersionPrecedence: Sendable, Comparable {
    private let numbers: [Substring]
    private let parts: [Substring]

    /// The place of a version in the order; nil for what is no version.
    package init?(_ version: String) {
        guard ReleaseVersion.isWellFormed(version) else { return nil }
        let text = version.dropFirst()
        let end = text.firstIndex(of: "-") ?? text.endIndex
        numbers = text[..<end].split(separator: ".")
        parts = text[end...].dropFirst().split(separator: ".")
    }

    package static func < (left: Self, right: Self) -> Bool {
        for (one, other) in zip(left.numbers, right.numbers) where one != other { return isLess(one, other) }
        // A version with pre-release parts comes before the one without.
        guard !left.parts.isEmpty, !right.parts.isEmpty else { return !left.parts.isEmpty && right.parts.isEmpty }
        for (one, other) in zip(left.parts, right.parts) where one != other {
            switch (isNumber(one), isNumber(other)) {
            case (true, true): return isLess(one, other)
            case (let isFirst, let isSecond) where isFirst != isSecond: return isFirst
            default: return one.utf8.lexicographicallyPrecedes(other.utf8)
            }
        }
        return left.parts.count < right.parts.count
    }

    private static func isNumber(_ part: Substring) -> Bool {
        part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Numbers may have more digits than an integer holds.
    private static func isLess(_ one: Substring, _ other: Substring) -> Bool {
        let (one, other) = (one.drop { $0 == "0" }, other.drop { $0 == "0" })
        guard one.utf8.count == other.utf8.count else { return one.utf8.count < other.utf8.count }
        return one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}
