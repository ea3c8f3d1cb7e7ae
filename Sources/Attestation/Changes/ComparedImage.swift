/// One side of a comparison: what is in an image, and what else is known of it.
package struct ComparedImage: Sendable {
    /// What is in it.
    package var inventory: Inventory
    /// The release's template; nil for what is no release.
    package var template: String?
    /// The release's version.
    package var version: String?
    /// The image files.
    package var images: [ImageFile]
    /// The ports that a clone of it listened on; nil where none was looked at.
    package var ports: [ListeningPort]?

    /// One side of a comparison.
    package init(
        _ inventory: Inventory, template: String? = nil, version: String? = nil, images: [ImageFile] = [],
        ports: [ListeningPort]? = nil
    ) {
        self.inventory = inventory
        self.template = template
        self.version = version
        self.images = images
        self.ports = ports
    }
}
