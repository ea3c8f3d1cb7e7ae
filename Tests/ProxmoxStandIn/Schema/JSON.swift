internal import Foundation

/// A JSON value.
package enum JSON: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case boolean(Bool)
    /// A number without a fraction.
    case integer(Int)
    /// A number with a fraction.
    case number(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSON])
    /// A mapping.
    case object([String: JSON])

    /// Reads a document.
    package init(parsing bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
    }

    /// The document, with its keys sorted.
    package var bytes: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A value of this type can always be encoded.
        return (try? encoder.encode(self)).map { Array($0) } ?? []
    }

    /// The value under a key; nil for anything but a mapping that has it.
    package subscript(key: String) -> JSON? {
        if case .object(let fields) = self { fields[key] } else { nil }
    }

    /// The list; nil for anything else.
    package var list: [JSON]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// The mapping; nil for anything else.
    package var fields: [String: JSON]? {
        if case .object(let fields) = self { fields } else { nil }
    }

    /// What a scalar looks like as text, as Perl would show it; nil for lists, mappings and `null`.
    package var text: String? {
        switch self {
        case .string(let text): text
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .boolean(let value): value ? "1" : "0"
        case .null, .array, .object: nil
        }
    }

    /// The number without a fraction, be it written as a number or as a text.
    package var integer: Int? { text.flatMap { Int($0) } }

    /// Whether Perl takes it for true: 1 and anything else but 0 and the empty text.
    package var isTrue: Bool { text.map { $0 != "0" && !$0.isEmpty } ?? false }

    /// The value with each number and truth value written as a text, as Perl's server does with some of them.
    package var withTextForNumbers: JSON {
        switch self {
        case .integer, .number, .boolean: .string(text ?? "")
        case .array(let items): .array(items.map(\.withTextForNumbers))
        case .object(let fields): .object(fields.mapValues(\.withTextForNumbers))
        case .string, .null: self
        }
    }
}

extension JSON: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSON].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSON].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .boolean(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}
