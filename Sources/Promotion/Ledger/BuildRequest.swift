/// A tag that asks for a build.
package struct BuildRequest: Sendable, Hashable {
    /// The tag.
    package internal(set) var tag: LedgerTag
    /// The template to build.
    package let template: String

    /// A request.
    package init(tag: LedgerTag, template: String) {
        self.tag = tag
        self.template = template
    }
}
