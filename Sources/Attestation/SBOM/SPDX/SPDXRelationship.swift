/// How two elements of an SPDX document belong together (SPDX 2.3, clause 11).
struct SPDXRelationship: Sendable, Encodable {
    /// The kinds that are used.
    enum Kind: String, Sendable, Encodable {
        case describes = "DESCRIBES"
        case contains = "CONTAINS"
        case generatedFrom = "GENERATED_FROM"
    }

    let spdxElementId: String
    let relationshipType: Kind
    let relatedSpdxElement: String

    /// One element's relationship to another.
    init(_ element: String, _ kind: Kind, _ related: String) {
        spdxElementId = element
        relationshipType = kind
        relatedSpdxElement = related
    }
}
