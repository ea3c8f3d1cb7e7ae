/// What an SBOM is about, beside what is in it: a version of a template, the images that hold it, the medium it is from.
package struct SBOMSubject: Sendable, Equatable {
    /// Raised when the same subject and inventory give other documents.
    package static let revision = 1

    /// The template's name.
    package var template: String
    /// The release's version: `v1.2.0`.
    package var version: String
    /// Who supplies the image, as its users know them; nil where nobody said.
    package var supplier: String?
    /// The image files.
    package var images: [ImageFile]
    /// The installer medium; nil where it is not known.
    package var medium: MediumIdentity?
    /// The factory's version.
    package var factory: String
    /// The time that the documents bear, in seconds since 1970.
    ///
    /// No clock is asked: whoever makes the documents takes it from the image, so that the same image gives the same bytes.
    package var created: Int64

    /// What an SBOM is about.
    package init(
        template: String, version: String, supplier: String? = nil, images: [ImageFile] = [],
        medium: MediumIdentity? = nil, factory: String, created: Int64
    ) {
        self.template = template
        self.version = version
        self.supplier = supplier
        self.images = images.sorted { $0.file < $1.file }
        self.medium = medium
        self.factory = factory
        self.created = created
    }
}
