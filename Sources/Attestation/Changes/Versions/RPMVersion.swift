/// A version of an RPM package, `[EPOCH:]VERSION[-RELEASE]`, in rpm's order (rpm-version(7)).
struct RPMVersion: Sendable, Comparable {
    /// The epoch; nil where there is none, which counts as 0.
    let epoch: String?
    /// The version.
    let version: String
    /// The release.
    let release: String?

    /// A version.
    init(_ text: String) {
        let colon = text.firstIndex(of: ":").flatMap { text[..<$0].utf8.allSatisfy(\.isDigit) ? $0 : nil }
        epoch = colon.flatMap { $0 == text.startIndex ? nil : String(text[..<$0]) }
        let rest = colon.map { text[text.index(after: $0)...] } ?? text[...]
        let hyphen = rest.lastIndex(of: "-")
        version = String(hyphen.map { rest[..<$0] } ?? rest)
        release = hyphen.map { String(rest[rest.index(after: $0)...]) }
    }

    static func == (left: RPMVersion, right: RPMVersion) -> Bool {
        left.order(before: right) == 0
    }

    static func < (left: RPMVersion, right: RPMVersion) -> Bool {
        left.order(before: right) < 0
    }

    private func order(before other: RPMVersion) -> Int {
        let parts = [
            (epoch ?? "0", other.epoch ?? "0"), (version, other.version), (release ?? "", other.release ?? ""),
        ]
        return parts.lazy.map { Self.order($0, $1) }.first { $0 != 0 } ?? 0
    }

    /// Words and numbers by turns, whatever parts them. A tilde is less than the end, a caret more than the end and less
    /// than all else; a number is more than a word.
    private static func order(_ left: String, _ right: String) -> Int {
        var (left, right) = (left.utf8[...], right.utf8[...])
        while !left.isEmpty || !right.isEmpty {
            left = left.drop { !$0.isPartOfVersion }
            right = right.drop { !$0.isPartOfVersion }
            let ends = (left.first, right.first)
            if ends.0 == UInt8(ascii: "~") || ends.1 == UInt8(ascii: "~") {
                guard ends.0 == ends.1 else { return ends.0 == UInt8(ascii: "~") ? -1 : 1 }
                (left, right) = (left.dropFirst(), right.dropFirst())
                continue
            }
            if ends.0 == UInt8(ascii: "^") || ends.1 == UInt8(ascii: "^") {
                guard let one = ends.0 else { return -1 }
                guard let two = ends.1 else { return 1 }
                guard one == two else { return one == UInt8(ascii: "^") ? -1 : 1 }
                (left, right) = (left.dropFirst(), right.dropFirst())
                continue
            }
            guard let first = ends.0, ends.1 != nil else { break }
            let isNumber = first.isDigit
            let words = (left.prefix { $0.isPart(ofNumber: isNumber) }, right.prefix { $0.isPart(ofNumber: isNumber) })
            guard !words.1.isEmpty else { return isNumber ? 1 : -1 }
            let difference = isNumber ? DecimalDigits.order(words.0, words.1) : order(words.0, words.1)
            guard difference == 0 else { return difference }
            (left, right) = (left.dropFirst(words.0.count), right.dropFirst(words.1.count))
        }
        return (left.isEmpty ? 0 : 1) - (right.isEmpty ? 0 : 1)
    }

    private static func order(_ left: Substring.UTF8View, _ right: Substring.UTF8View) -> Int {
        left.elementsEqual(right) ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
    }
}

extension UInt8 {
    /// Whether rpm looks at it.
    fileprivate var isPartOfVersion: Bool {
        isDigit || isLetter || self == UInt8(ascii: "~") || self == UInt8(ascii: "^")
    }

    fileprivate func isPart(ofNumber isNumber: Bool) -> Bool {
        isNumber ? isDigit : isLetter
    }
}
