internal import Attestation
internal import HostSystem

/// Reads the trailers of one tag into typed values.
struct TrailerReader {
    /// The keys that say which bytes a tag speaks of.
    static let identityKeys: [Trailer.Key] = [.template, .version, .release, .evidence, .image]

    /// The most images of a release.
    private static let imageLimit = 32

    let message: TagMessage

    /// Refuses keys of the ledger that this kind of tag does not have.
    func allow(_ keys: [Trailer.Key]) throws(LedgerEntryError) {
        for trailer in message.trailers {
            if let key = trailer.anyCaseKey, !keys.contains(key) { throw .notHere(key) }
        }
    }

    /// The value of a key that must be there.
    func value(_ key: Trailer.Key) throws(LedgerEntryError) -> String {
        guard let value = message[key] else { throw .missing(key) }
        return value
    }

    /// Refuses another value than the one that the tag's name gives.
    func expect(_ key: Trailer.Key, _ expected: String) throws(LedgerEntryError) {
        guard try value(key) == expected else { throw .contradiction(key) }
    }

    /// The template's name.
    func template() throws(LedgerEntryError) -> String {
        let name = try value(.template)
        guard Self.isName(name) else { throw .value(.template) }
        return name
    }

    /// The tag object before this one; nil where the tag says `none`.
    func previous() throws(LedgerEntryError) -> ObjectID? {
        let text = try value(.previous)
        guard text != "none" else { return nil }
        guard let id = ObjectID(text) else { throw .value(.previous) }
        return id
    }

    /// The bytes that the tag speaks of.
    func identity() throws(LedgerEntryError) -> ReleaseIdentity {
        ReleaseIdentity(
            template: try template(), version: try value(.version), release: try digest(.release),
            evidence: try digest(.evidence), images: try images())
    }

    /// A placement, with the rule that a rollback says why.
    func placement(_ tag: LedgerTag, in channel: Channel) throws(LedgerEntryError) -> Placement {
        try allow(Self.identityKeys + [.channel, .previous, .rollsBack, .reason, .verification, .unverified])
        var undone: TagName?
        if let text = message[.rollsBack] {
            guard let name = TagName(text), case .placement(channel, _) = name.claim, name.series == tag.name.series
            else { throw .value(.rollsBack) }
            guard message[.reason] != nil else { throw .missing(.reason) }
            undone = name
        }
        guard [nil, "yes"].contains(message[.unverified]) else { throw .value(.unverified) }
        return Placement(
            tag: tag, channel: channel, release: try identity(), previous: try previous(), rollsBack: undone,
            reason: message[.reason], verification: message[.verification] == nil ? nil : try digest(.verification),
            isUnverified: message[.unverified] != nil)
    }

    private func digest(_ key: Trailer.Key) throws(LedgerEntryError) -> Digest {
        guard let digest = Self.digest(try value(key)[...]) else { throw .value(key) }
        return digest
    }

    private func images() throws(LedgerEntryError) -> [String: Digest] {
        var images: [String: Digest] = [:]
        let values = message.values(of: .image)
        guard !values.isEmpty else { throw .missing(.image) }
        guard values.count <= Self.imageLimit else { throw .value(.image) }
        for text in values {
            let parts = text.split(separator: " ", omittingEmptySubsequences: false)
            guard parts.count == 2, Self.isFormat(parts[0]),
                let digest = Self.digest(parts[1]), images.updateValue(digest, forKey: String(parts[0])) == nil
            else { throw .value(.image) }
        }
        return images
    }

    /// Whether a text is a template's name: letters, digits, and `._-` after the first of them.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isASCIILetter || first.isASCIIDigit else { return false }
        return text.utf8.count <= 64
            && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || "._-".utf8.contains($0) }
    }

    /// Whether a text is a format's name: a small letter, with small letters and digits after it.
    private static func isFormat(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isASCIILowercaseLetter else { return false }
        return text.utf8.count <= 16 && text.utf8.allSatisfy { $0.isASCIILowercaseLetter || $0.isASCIIDigit }
    }

    /// A digest, in the one spelling that ``Digest`` has itself.
    private static func digest(_ text: Substring) -> Digest? {
        guard text.hasPrefix("sha256:"), let digest = Digest(hex: text.dropFirst(7)), digest.description == text else {
            return nil
        }
        return digest
    }
}
