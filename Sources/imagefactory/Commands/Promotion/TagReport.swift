internal import Attestation
internal import HostSystem
internal import Promotion

/// A tag of the ledger as commands report it.
struct TagReport: Encodable {
    /// The tag's name.
    let tag: String
    /// The tag object.
    let object: String
    /// The commit that it points to.
    let commit: String
    /// Who signed it; nil where nobody is known.
    let signer: String?
    /// Whether it was not there before.
    let isNew: Bool

    private enum CodingKeys: String, CodingKey {
        case tag, object, commit, signer
        case isNew = "new"
    }

    /// A tag.
    init(_ tag: LedgerTag, isNew: Bool = true) {
        self.tag = tag.name.description
        object = tag.id.hex
        commit = tag.commit.hex
        signer = tag.signer
        self.isNew = isNew
    }

    /// Prints the tag's name, or all of it as JSON, and says to people what that means.
    static func print(_ tag: LedgerTag, isNew: Bool = true, _ format: OutputFormat, saying story: String) throws {
        Talk.say(TerminalText.plain(story))
        guard format == .json else { return Talk.result(tag.name.description) }
        try Talk.result(json: TagReport(tag, isNew: isNew))
    }
}

extension LedgerTag {
    /// Who made it, for people.
    var author: String { signer ?? tagger }
}
