internal import Foundation

/// JSON that every program reads alike; for evidence, which others sign, hash and judge.
///
/// A lenient reader takes the last of two equal keys where another takes the first, so that two programs see different
/// things under one signature. The text is checked before anything is made of it.
package enum StrictJSON {
    /// The longest text that is read, unless a caller knows better.
    package static let limit = 16 << 20

    /// A value from its JSON.
    ///
    /// - Throws: ``StrictJSONError``.
    package static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: [UInt8], limit: Int = StrictJSON.limit
    ) throws -> Value {
        try check(bytes, limit: limit)
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw StrictJSONError(kind: mismatch(error), offset: 0)
        }
    }

    /// Refuses a text that is no JSON, or JSON that two programs could read in two ways.
    package static func check(_ bytes: [UInt8], limit: Int = StrictJSON.limit) throws(StrictJSONError) {
        guard bytes.count <= limit else { throw StrictJSONError(kind: .tooLarge(limit: limit), offset: limit) }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw StrictJSONError(kind: .notUTF8, offset: 0) }
        var checker = JSONChecker(bytes)
        try checker.checkDocument()
    }

    /// A value as JSON on one line, the same bytes for the same content: keys sorted, slashes plain.
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    private static func mismatch(_ error: DecodingError) -> StrictJSONError.Kind {
        let (context, reason) =
            switch error {
            case .keyNotFound(let key, let context): (context, "the key '\(key.stringValue)' is missing")
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, context.debugDescription)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "it cannot be read")
            }
        let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return .mismatch(
            place: place.isEmpty ? "the JSON value" : quoted(place.drop { $0 == "." }),
            reason: String(reason.prefix(200)))
    }

    /// A foreign text for a message: in quotes, short, without what a terminal would obey.
    static func quoted(_ text: some StringProtocol) -> String {
        let short = text.prefix(60)
        return String(short).debugDescription + (short.endIndex == text.endIndex ? "" : "…")
    }
}
