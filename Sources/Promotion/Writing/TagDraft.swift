package import Foundation

/// A tag that is still to be written.
package struct TagDraft: Sendable {
    /// Its name.
    package let name: TagName
    /// The commit that it points to.
    package let commit: ObjectID
    /// What it says.
    package let message: TagMessage
    /// The date of the tag before it, which it must not be older than; nil for none.
    package let predecessor: Date?

    /// A draft.
    package init(name: TagName, commit: ObjectID, message: TagMessage, predecessor: Date? = nil) {
        self.name = name
        self.commit = commit
        self.message = message
        self.predecessor = predecessor
    }
}
