/// A number that the API writes as one, or as text.
struct LooseInt: Decodable, Sendable {
    /// The number.
    let value: Int

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
            value = number
        } else if let text = try? container.decode(String.self), let number = Int(text) {
            value = number
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "this is no whole number")
        }
    }
}

/// A truth that the API writes as 0 or 1, as text of those, or as a JSON truth.
struct LooseBool: Decodable, Sendable {
    /// The truth.
    let value: Bool

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let truth = try? container.decode(Bool.self) {
            value = truth
        } else {
            value = try container.decode(LooseInt.self).value != 0
        }
    }
}

/// Text that the API writes as such, or as a number if it looks like one; other kinds of values have none.
struct LooseText: Decodable, Sendable {
    /// The text; nil for a list or an object.
    let value: String?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            value = text
        } else if let number = try? container.decode(Int.self) {
            value = String(number)
        } else if let number = try? container.decode(Double.self) {
            value = String(number)
        } else {
            value = nil
        }
    }
}

/// What an answer carries of which nothing is wanted.
struct Ignored: Decodable, Sendable {
    init(from decoder: any Decoder) throws {}
}
