/// The message of a tag in the ledger: a line for people, perhaps a text, and the trailers as its last paragraph.
package struct TagMessage: Sendable, Hashable, CustomStringConvertible {
    /// The first line.
    package let subject: String
    /// The paragraphs between the first line and the trailers; may be empty.
    package let body: String
    /// The trailers, in their order.
    package let trailers: [Trailer]

    /// The most bytes of a message.
    static let limit = 1 << 14

    /// A message, which must read back as what it was made of.
    package init(subject: String, body: String = "", trailers: [Trailer]) throws(TagMessageError) {
        self.subject = subject
        self.body = body
        self.trailers = trailers
        let read = try TagMessage(description)
        guard read.subject == subject, read.body == body, read.trailers == trailers else { throw .form }
    }

    /// Reads the message of a tag object.
    package init(_ text: String) throws(TagMessageError) {
        guard text.utf8.count <= Self.limit else { throw .tooLong }
        guard text.hasSuffix("\n"), TagObject.isPlain(text) else { throw .form }
        let lines = text.utf8.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        guard let first = lines.first, !first.isEmpty else { throw .form }
        guard let blank = lines.lastIndex(of: ""), blank + 1 < lines.count else { throw .noTrailers }
        guard lines[1].isEmpty else { throw .form }
        var trailers: [Trailer] = []
        for line in lines[(blank + 1)...] {
            guard let trailer = Trailer(line: line) else { throw .noTrailers }
            trailers.append(trailer)
        }
        subject = String(first)
        body = lines[1..<max(blank, 2)].dropFirst().joined(separator: "\n")
        self.trailers = trailers
        // Several blank lines would be a second spelling of the same message.
        guard description == text else { throw .form }
        try checkKeys()
    }

    package var description: String {
        let parts = [subject] + (body.isEmpty ? [] : [body]) + [trailers.map(\.line).joined(separator: "\n")]
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The value of a key; nil without it.
    package subscript(key: Trailer.Key) -> String? {
        trailers.first { $0.key == key.rawValue }?.value
    }

    /// The values of a key that may stand several times.
    package func values(of key: Trailer.Key) -> [String] {
        trailers.filter { $0.key == key.rawValue }.map(\.value)
    }

    private func checkKeys() throws(TagMessageError) {
        var seen: Set<Trailer.Key> = []
        for trailer in trailers {
            guard let key = trailer.anyCaseKey else { continue }
            guard trailer.key == key.rawValue else { throw .unknownKey(trailer.key) }
            guard seen.insert(key).inserted || key == .image else { throw .repeated(key) }
        }
        // Two lines that look like trailers would say two things to a reader, wherever they stand.
        for line in body.split(separator: "\n") where line.contains(":") {
            let word = line.prefix { $0 != ":" }
            if let key = Trailer(key: String(word), value: "").anyCaseKey { throw .repeated(key) }
        }
    }
}

/// Why a text is no message of the ledger.
package enum TagMessageError: Error, Equatable, CustomStringConvertible {
    /// It is longer than any needs.
    case tooLong
    /// It has no first line of its own, or holds what no line may hold.
    case form
    /// Its last paragraph is not one of trailers.
    case noTrailers
    /// A trailer that stands once is there twice, or in the text before the trailers.
    case repeated(Trailer.Key)
    /// The tag of that name says another kind of thing.
    case claim
    /// A key is one of the ledger's in another spelling.
    case unknownKey(String)

    package var description: String {
        switch self {
        case .tooLong: "its message is longer than \(TagMessage.limit) bytes"
        case .form:
            "its message is not a line, a blank line and trailers, or it holds a character that no line may hold"
        case .noTrailers: "the last paragraph of its message is not made of trailers, 'Key: value' a line"
        case .repeated(let key): "its message says '\(key.rawValue)' more than once"
        case .claim: "a tag of that name says another kind of thing"
        case .unknownKey(let key): "its trailer '\(key)' is one of the ledger's in another spelling"
        }
    }
}
