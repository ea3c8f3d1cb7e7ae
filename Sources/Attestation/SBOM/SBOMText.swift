internal import Foundation
internal import HostSystem

/// How the documents are written: sorted, so that the same content gives the same bytes, and over several lines.
enum SBOMText {
    /// A document's bytes.
    static func encode(_ document: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
    }

    /// A time as both formats want it: `2026-01-02T03:04:05Z`.
    static func time(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}
