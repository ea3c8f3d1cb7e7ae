/// A version of a Debian package, `[EPOCH:]UPSTREAM[-REVISION]`, in dpkg's order (deb-version(7)).
struct DebianVersion: Sendable, Comparable {
    private let epoch: Substring
    private let upstream: Substring
    private let revision: Substring

    /// A version.
    init(_ text: String) {
        let colon = text.firstIndex(of: ":")
        epoch = colon.map { text[..<$0] } ?? ""
        let rest = colon.map { text[text.index(after: $0)...] } ?? text[...]
        let hyphen = rest.lastIndex(of: "-")
        upstream = hyphen.map { rest[..<$0] } ?? rest
        revision = hyphen.map { rest[rest.index(after: $0)...] } ?? ""
    }

    static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        left.order(before: right) == 0
    }

    static func < (left: DebianVersion, right: DebianVersion) -> Bool {
        left.order(before: right) < 0
    }

    private func order(before other: DebianVersion) -> Int {
        let parts = [(epoch, other.epoch), (upstream, other.upstream), (revision, other.revision)]
        return parts.lazy.map { Self.order($0, $1) }.first { $0 != 0 } ?? 0
    }

    /// Texts and numbers by turns: in texts a tilde is less than the end, the end less than letters, and those less than
    /// all else.
    private static func order(_ left: Substring, _ right: Substring) -> Int {
        var (left, right) = (left.utf8[...], right.utf8[...])
        while !left.isEmpty || !right.isEmpty {
            while left.first.map({ !$0.isDigit }) == true || right.first.map({ !$0.isDigit }) == true {
                let difference = weight(left.first) - weight(right.first)
                guard difference == 0 else { return difference }
                left = left.dropFirst()
                right = right.dropFirst()
            }
            let numbers = (left.prefix { $0.isDigit }, right.prefix { $0.isDigit })
            left = left.dropFirst(numbers.0.count)
            right = right.dropFirst(numbers.1.count)
            let difference = DecimalDigits.order(numbers.0, numbers.1)
            guard difference == 0 else { return difference }
        }
        return 0
    }

    private static func weight(_ byte: UInt8?) -> Int {
        guard let byte, !byte.isDigit else { return 0 }
        if byte == UInt8(ascii: "~") { return -1 }
        return byte.isLetter ? Int(byte) : Int(byte) + 256
    }
}
