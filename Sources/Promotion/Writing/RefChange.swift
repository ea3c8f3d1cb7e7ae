/// The change of one ref, which holds only if the ref is still as it was.
package struct RefChange: Sendable, Hashable {
    /// The ref's full name.
    package let ref: String
    /// What it must point to; nil where it must not be there.
    package let old: ObjectID?
    /// What it will point to.
    package let new: ObjectID

    /// A change.
    package init(_ ref: String, from old: ObjectID?, to new: ObjectID) {
        self.ref = ref
        self.old = old
        self.new = new
    }
}
