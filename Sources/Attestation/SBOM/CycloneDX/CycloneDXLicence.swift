/// A licence of a CycloneDX component: an identifier, a name, or an expression, which then stands alone.
enum CycloneDXLicence: Sendable, Equatable {
    /// An identifier of the SPDX licence list.
    case id(String)
    /// The package's own words.
    case name(String)
    /// An expression of identifiers.
    case expression(String)

    /// All licences of a package; nil where it does not say.
    ///
    /// The schema takes either one expression or a list without any, so what is no single identifier stays in words there.
    static func all(_ licences: [LicenceExpression]) -> [CycloneDXLicence]? {
        guard let whole = LicenceExpression.all(of: licences) else { return nil }
        if whole.isKnown {
            guard case .known(let id) = whole, !id.contains(" ") else { return [.expression(whole.text)] }
            return [.id(id)]
        }
        let single: [LicenceExpression] = if case .all(let parts) = whole { parts } else { [whole] }
        return single.map { part in
            switch part {
            case .known(let id) where !id.contains(" "): .id(id)
            case .known, .unknown, .all, .any: .name(part.words)
            }
        }
    }
}

extension CycloneDXLicence: Encodable {
    private enum CodingKeys: String, CodingKey {
        case license, expression, acknowledgement
    }

    private struct License: Encodable {
        let id: String?
        let name: String?
        let acknowledgement = "declared"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .id(let id): try container.encode(License(id: id, name: nil), forKey: .license)
        case .name(let name): try container.encode(License(id: nil, name: name), forKey: .license)
        case .expression(let text):
            try container.encode(text, forKey: .expression)
            try container.encode("declared", forKey: .acknowledgement)
        }
    }
}

extension LicenceExpression {
    /// The expression for people, with the package's own words in it.
    fileprivate var words: String {
        switch self {
        case .known(let id): id
        case .unknown(let words): words
        case .all(let parts): parts.map(\.wordsInside).joined(separator: " AND ")
        case .any(let parts): parts.map(\.wordsInside).joined(separator: " OR ")
        }
    }

    private var wordsInside: String {
        switch self {
        case .known, .unknown: words
        case .all, .any: "(\(words))"
        }
    }
}
