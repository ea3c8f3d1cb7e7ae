internal import Foundation
package import HostSystem

/// A secret of the build itself, which no image may carry.
package struct BuildSecret: Sendable {
    /// The kind in reports and allowances.
    static let kind = "build-secret"
    /// The fewest bytes of a secret that is told from other bytes of a disk.
    private static let shortest = 8

    /// What it is called: `KLDLOAD_PASSWORD`.
    package let name: String
    private let secret: Secret

    /// A secret called `name`.
    package init(name: String, secret: Secret) {
        self.name = name
        self.secret = secret
    }

    /// Whether it is long enough to be looked for.
    package var isSearchable: Bool { secret.reveal().utf8.count >= Self.shortest }

    /// How it is looked for: as it is, in UTF-16, in hexadecimal digits, as a part of an address, and in Base64 wherever it
    /// stands in what was encoded.
    var rule: SecretRule {
        let text = Array(secret.reveal().utf8)
        let wide = secret.reveal().utf16.flatMap {
            [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
        }
        let digits = text.map { String(format: "%02x", $0) }.joined()
        let address = secret.reveal().addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let forms =
            [text, wide, Array(digits.utf8), Array(address.utf8)] + (0..<3).map { Self.base64(text, behind: $0) }
        let expression = Set(forms).filter { !$0.isEmpty }.map(Self.literal).sorted().joined(separator: "|")
        return SecretRule(
            Self.kind, "the build's secret \(name)", expression, isBinary: true, isGuessable: true, secret: { $0.text })
    }

    private static func literal(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "\\x%02x", $0) }.joined()
    }

    /// The Base64 digits that stand for `bytes` alone, where `count` other bytes, modulo 3, come first.
    private static func base64(_ bytes: [UInt8], behind count: Int) -> [UInt8] {
        let encoded = Array(Data([UInt8](repeating: 0, count: count) + bytes).base64EncodedString().utf8)
        let end = (count + bytes.count) * 8 / 6
        return Array(encoded[(count * 8 + 5) / 6..<end])
    }
}
