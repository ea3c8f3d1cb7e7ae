/// What a package says of its licence, as far as SPDX has a name for it.
enum LicenceExpression: Sendable, Hashable {
    /// An identifier of the SPDX licence list, with an exception if it has one: `GPL-2.0-only WITH Linux-syscall-note`.
    case known(String)
    /// The package's own words, which no identifier certainly means.
    case unknown(String)
    /// All of these hold.
    case all([LicenceExpression])
    /// One of these may be chosen.
    case any([LicenceExpression])

    /// Whether SPDX has a name for all of it.
    var isKnown: Bool {
        switch self {
        case .known: true
        case .unknown: false
        case .all(let parts), .any(let parts): parts.allSatisfy(\.isKnown)
        }
    }

    /// The package's own words in it, which have no identifier.
    var unknownWords: [String] {
        switch self {
        case .known: []
        case .unknown(let words): [words]
        case .all(let parts), .any(let parts): parts.flatMap(\.unknownWords)
        }
    }

    /// The expression in SPDX's grammar (SPDX 2.3, annex D).
    var text: String {
        switch self {
        case .known(let id): id
        case .unknown(let words): LicenceReference(words).id
        case .all(let parts): Self.join(parts, by: " AND ")
        case .any(let parts): Self.join(parts, by: " OR ")
        }
    }

    private static func join(_ parts: [LicenceExpression], by word: String) -> String {
        parts.map { part in
            switch part {
            case .known, .unknown: part.text
            case .all, .any: "(\(part.text))"
            }
        }.joined(separator: word)
    }

    /// All of several statements, each once.
    static func all(of statements: [LicenceExpression]) -> LicenceExpression? {
        let parts = statements.flatMap { if case .all(let parts) = $0 { parts } else { [$0] } }
        let distinct = Set(parts).sorted { $0.text < $1.text }
        return distinct.count > 1 ? .all(distinct) : distinct.first
    }
}
