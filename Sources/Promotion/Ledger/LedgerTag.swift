package import Foundation

/// What every tag of the ledger has.
package struct LedgerTag: Sendable, Hashable {
    /// Its name.
    package let name: TagName
    /// The tag object's id.
    package let id: ObjectID
    /// The commit that it points to: the recipe that the release was built from.
    package let commit: ObjectID
    /// Who made it, as it says: `Ada Example <ada@example.org>`.
    package let tagger: String
    /// When it was made, as it says; whole seconds.
    package let date: Date
    /// Who signed it, as the allowed signers name them; nil where nobody did.
    package internal(set) var signer: String?

    /// A tag.
    package init(name: TagName, id: ObjectID, commit: ObjectID, tagger: String, date: Date, signer: String?) {
        self.name = name
        self.id = id
        self.commit = commit
        self.tagger = tagger
        self.date = date
        self.signer = signer
    }
}
