internal import HostSystem

/// A UUID that names a content and not a moment (RFC 9562, version 8): the first bytes of its digest.
struct ContentUUID: Sendable, CustomStringConvertible {
    /// The UUID in its usual form.
    let description: String

    /// The UUID of a content.
    init(_ digest: Digest) {
        var digits = Array(digest.hex.prefix(32))
        digits[12] = "8"
        // The variant: two bits that are set so, and two of the digest.
        digits[16] = ["8", "9", "a", "b"][(digits[16].hexDigitValue ?? 0) & 3]
        description = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }
}
