/// A tag that asks for a build.
package struct BuildRequest: Sendable, Hashable {
    /// The tag.
    package internal(set) var tag: LedgerTag
    /// The template to build; nil where git alone made the tag (`git tag -a`), and its name says all there is.
    package let template: String?

    /// A request.
    package init(tag: LedgerTag, template: String?) {
        self.tag = tag
        self.template = template
    }
}
