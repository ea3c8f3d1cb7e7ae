internal import Foundation

/// Base64 in its one canonical form (RFC 4648, section 4): padded, without line ends, no stray bits in the last character.
package enum Base64 {
    /// The bytes that a text stands for; nil for any other spelling of them.
    package static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        let text = Data(text)
        guard let bytes = Data(base64Encoded: text), bytes.base64EncodedData() == text else { return nil }
        return Array(bytes)
    }

    /// The text of `bytes`.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString()
    }
}
