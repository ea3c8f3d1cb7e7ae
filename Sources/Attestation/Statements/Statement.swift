/// Something said of files, which are known by their digests: an in-toto statement, version 1.
///
/// ```
/// {"_type": URI, "subject": [{"name": TEXT, "digest": {"sha256": HEX}}], "predicateType": URI, "predicate": {…}}
/// ```
package struct Statement<Predicate: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// What it is about.
    package var subject: [ResourceDescriptor]
    /// The URI that names the predicate's meaning.
    package let predicateType: String
    /// What is said.
    package var predicate: Predicate

    /// A statement.
    package init(subject: [ResourceDescriptor], predicateType: String, predicate: Predicate) {
        self.subject = subject
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// A statement; one of another version, without subjects, or with a predicate of another type is refused.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let type = try fields.decode(String.self, forKey: .type)
        guard type == statementVersion else {
            throw DecodingError.dataCorruptedError(
                forKey: .type, in: fields, debugDescription: "it is no \(statementVersion)")
        }
        predicateType = try fields.decode(String.self, forKey: .predicateType)
        if let known = Predicate.self as? any AttestationPredicate.Type, known.type != predicateType {
            throw DecodingError.dataCorruptedError(
                forKey: .predicateType, in: fields, debugDescription: "it is no \(known.type)")
        }
        subject = try fields.decode([ResourceDescriptor].self, forKey: .subject)
        guard !subject.isEmpty, subject.allSatisfy({ !$0.digest.isEmpty }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .subject, in: fields, debugDescription: "a subject is missing, or has no digest")
        }
        predicate = try fields.decode(Predicate.self, forKey: .predicate)
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(statementVersion, forKey: .type)
        try fields.encode(subject, forKey: .subject)
        try fields.encode(predicateType, forKey: .predicateType)
        try fields.encode(predicate, forKey: .predicate)
    }

    private enum CodingKeys: String, CodingKey {
        case type = "_type"
        case subject, predicateType, predicate
    }
}

extension Statement {
    /// The statement in a JSON text.
    ///
    /// - Throws: ``StrictJSONError``.
    package init(json: [UInt8]) throws {
        self = try StrictJSON.decode(Self.self, from: json)
    }

    /// The statement as JSON, the same bytes for the same content.
    package func json() throws -> [UInt8] {
        try StrictJSON.encode(self)
    }
}

extension Statement where Predicate: AttestationPredicate {
    /// A statement of a predicate that knows its type.
    package init(subject: [ResourceDescriptor], predicate: Predicate) {
        self.init(subject: subject, predicateType: Predicate.type, predicate: predicate)
    }
}

/// The type of every statement; outside of a generic type, which cannot hold it.
private let statementVersion = "https://in-toto.io/Statement/v1"
