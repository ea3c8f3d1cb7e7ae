internal import Attestation

/// The place of a version among others (semver.org 2.0.0, section 11).
struct VersionOrder: Hashable, Comparable {
    /// Major, minor and patch.
    let numbers: [Int]
    /// The parts of a pre-release; none for a release.
    private let parts: [String]

    /// Whether it is a pre-release.
    var isCandidate: Bool { !parts.isEmpty }

    /// A release of three numbers.
    init(numbers: [Int]) {
        self.numbers = numbers
        parts = []
    }

    /// Parses `X.Y.Z`, with the usual pre-release parts; nil for what is none, or has numbers beyond counting.
    init?(_ text: Substring) {
        guard ReleaseVersion.isWellFormed("v\(text)") else { return nil }
        let halves = text.split(separator: "-", maxSplits: 1)
        numbers = halves[0].split(separator: ".").compactMap { Int($0) }
        parts = halves.count == 2 ? halves[1].split(separator: ".").map(String.init) : []
        guard numbers.count == 3 else { return nil }
    }

    static func < (left: VersionOrder, right: VersionOrder) -> Bool {
        guard left.numbers == right.numbers else { return left.numbers.lexicographicallyPrecedes(right.numbers) }
        // A release is later than all that come before it.
        guard left.isCandidate, right.isCandidate else { return left.isCandidate && !right.isCandidate }
        for (one, other) in zip(left.parts, right.parts) where one != other { return precedes(one, other) }
        return left.parts.count < right.parts.count
    }

    /// Numbers by value, before words; words by their bytes.
    private static func precedes(_ left: String, _ right: String) -> Bool {
        switch (isNumber(left), isNumber(right)) {
        case (true, true):
            left.utf8.count == right.utf8.count
                ? left.utf8.lexicographicallyPrecedes(right.utf8) : left.utf8.count < right.utf8.count
        case (let isLeft, let isRight) where isLeft != isRight: isLeft
        default: left.utf8.lexicographicallyPrecedes(right.utf8)
        }
    }

    private static func isNumber(_ part: String) -> Bool {
        part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
