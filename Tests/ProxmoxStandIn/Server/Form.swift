internal import Foundation

/// The parameters of queries and bodies.
enum Form {
    /// Why they cannot be read.
    struct Malformed: Error {
        let message: String
    }

    /// The parameters of a query or of an `application/x-www-form-urlencoded` body.
    ///
    /// A name that comes twice makes a list. A `+` is a space, as in any form; so is `%20`.
    static func parse(_ text: String) throws(Malformed) -> [String: JSON] {
        var result: [String: JSON] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = decoded(parts.count == 2 ? parts[1] : "") else {
                throw Malformed(message: "'\(pair)' is not urlencoded")
            }
            result[name] =
                switch result[name] {
                case nil: .string(value)
                case .array(let list): .array(list + [.string(value)])
                case let other?: .array([other, .string(value)])
                }
        }
        return result
    }

    /// The parameters of a body of some media type.
    static func parse(body: [UInt8], contentType: String?) throws(Malformed) -> [String: JSON] {
        guard !body.isEmpty else { return [:] }
        let type = contentType.map { String($0.prefix { $0 != ";" }) } ?? ""
        switch type {
        case "application/json":
            guard let fields = (try? JSON(parsing: body))?.fields else {
                throw Malformed(message: "the body is no JSON object")
            }
            return fields
        case "application/x-www-form-urlencoded":
            return try parse(String(decoding: body, as: UTF8.self))
        default:
            throw Malformed(message: "the media type '\(type)' is none that the API takes")
        }
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
