package import Foundation

/// An annotated tag as git stores it, read strictly: what no well-meant `git tag` writes is refused.
///
/// ```
/// object 3f0c…                                   the commit
/// type commit
/// tag golden/v1.2.0-prod                         the tag's own name, which its signature covers
/// tagger Ada <ada@example.org> 1764000000 +0100
///
/// message
/// -----BEGIN SSH SIGNATURE-----                  over every byte before this line
/// ```
package struct TagObject: Sendable, Hashable {
    /// What a signature is made with.
    package enum Signature: Sendable, Hashable {
        /// An SSH key: the whole armor, as `ssh-keygen` takes it.
        case ssh(armor: [UInt8])
        /// Something else, such as `PGP SIGNATURE`.
        case other(String)
    }

    /// The object that it points to.
    package let target: ObjectID
    /// The kind of that object: `commit`.
    package let targetType: String
    /// The tag's own name, which may differ from the name of the ref that it was found under.
    package let name: String
    /// Who made it, as it says.
    package let taggerName: String
    /// Their address, as it says.
    package let taggerEmail: String
    /// When it was made, as it says; whole seconds.
    package let date: Date
    /// The clock that `date` was read on: `+0100`.
    package let zone: String
    /// The message, with the newline at its end and without the signature.
    package let message: String
    /// The signature; nil where nobody signed.
    package let signature: Signature?
    /// The bytes that the signature is over; all of them where there is none.
    package let signedBytes: [UInt8]

    /// The most that is read of a tag object, in bytes.
    package static let limit = 1 << 16
    /// The longest line of its head, in bytes.
    static let lineLimit = 1024

    /// Reads the content of a tag object.
    package init(_ bytes: [UInt8]) throws(TagObjectError) {
        guard bytes.count <= Self.limit else { throw .tooLong }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        guard Self.isPlain(text) else { throw .controlCharacter }
        guard let blank = bytes.firstBlankLine else { throw .header }
        let head = bytes[..<blank].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard head.allSatisfy({ $0.count <= Self.lineLimit }) else { throw .tooLong }
        let values = try Self.values(of: head.map { String(decoding: $0, as: UTF8.self) })
        guard let target = ObjectID(values[0]) else { throw .header }
        self.target = target
        targetType = values[1]
        name = values[2]
        (taggerName, taggerEmail, date, zone) = try Self.tagger(values[3])
        let end = try TagSignature.start(in: bytes, from: blank + 2) ?? bytes.count
        signature = end < bytes.count ? try TagSignature.read(bytes[end...]) : nil
        signedBytes = Array(bytes[..<end])
        message = String(decoding: bytes[(blank + 2)..<end], as: UTF8.self)
    }

    /// The tagger as one text: `Ada Example <ada@example.org>`.
    package var tagger: String { "\(taggerName) <\(taggerEmail)>" }

    /// The values of the four lines of a head, each of which stands once and in its place.
    private static func values(of head: [String]) throws(TagObjectError) -> [String] {
        let keys = ["object", "type", "tag", "tagger"]
        guard head.count == keys.count else { throw .header }
        for (line, key) in zip(head, keys) where !line.hasPrefix(key + " ") { throw .header }
        return zip(head, keys).map { String($0.dropFirst($1.count + 1)) }
    }

    private static func tagger(
        _ text: String
    ) throws(TagObjectError) -> (name: String, email: String, date: Date, zone: String) {
        guard let open = text.utf8.firstIndex(of: UInt8(ascii: "<")),
            let close = text.utf8.firstIndex(of: UInt8(ascii: ">")), open < close
        else { throw .tagger }
        let (name, email) = (text[..<open], text[text.utf8.index(after: open)..<close])
        let time = text[text.utf8.index(after: close)...].split(separator: " ", omittingEmptySubsequences: false)
        guard name.hasSuffix(" "), name.utf8.count > 1, !name.hasPrefix(" "), !name.hasSuffix("  "), !email.isEmpty,
            !email.utf8.contains(where: { [UInt8(ascii: " "), UInt8(ascii: "<")].contains($0) }), time.count == 3,
            time[0].isEmpty, let seconds = seconds(time[1]), isZone(time[2])
        else { throw .tagger }
        return (String(name.dropLast()), String(email), Date(timeIntervalSince1970: seconds), String(time[2]))
    }

    /// Seconds in their one spelling; those of 12 digits reach the year 33658.
    private static func seconds(_ text: Substring) -> Double? {
        guard text.utf8.count <= 12, let number = Int(text), number >= 0, "\(number)" == text else { return nil }
        return Double(number)
    }

    /// Whether a text is a distance from UTC: `+0100`.
    private static func isZone(_ text: Substring) -> Bool {
        text.utf8.count == 5 && (text.hasPrefix("+") || text.hasPrefix("-"))
            && text.utf8.dropFirst().allSatisfy(\.isASCIIDigit)
    }

    /// Whether a text holds newlines and characters that a reader sees: no other control character, and none that hides or
    /// reorders its neighbours.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A }
            || text.unicodeScalars.allSatisfy { isPlain($0) }
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar == "\n" || (0x20...0x7E).contains(scalar.value) }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension [UInt8] {
    /// Where the first blank line is, as the place of the newline that ends the line before it.
    fileprivate var firstBlankLine: Int? {
        let newline = UInt8(ascii: "\n")
        return indices.dropLast().first { self[$0] == newline && self[$0 + 1] == newline }
    }
}

/// Why bytes are no good tag object.
package enum TagObjectError: Error, Equatable, CustomStringConvertible {
    /// It, or a line of its head, is longer than any tag needs.
    case tooLong
    /// It is not UTF-8.
    case notUTF8
    /// It holds a control character or an invisible one.
    case controlCharacter
    /// Its head is not the four lines of a tag.
    case header
    /// Its tagger is not a name, an address and a time.
    case tagger
    /// Its signature is not one block at its end.
    case signature

    package var description: String {
        switch self {
        case .tooLong: "it is longer than \(TagObject.limit) bytes, or a line of its head than \(TagObject.lineLimit)"
        case .notUTF8: "it is not UTF-8"
        case .controlCharacter: "it holds a control character or an invisible one"
        case .header: "its head is not the four lines object, type, tag and tagger"
        case .tagger: "its tagger is not a name, an address and a time"
        case .signature: "its signature is not one well-formed block at its end"
        }
    }
}
