internal import DiskImages
internal import HostSystem

/// A component of a CycloneDX document.
struct CycloneDXComponent: Sendable, Encodable {
    /// What a component is.
    enum Kind: String, Sendable, Encodable {
        case system = "operating-system"
        case application, library, firmware, file
    }

    struct Hash: Sendable, Encodable {
        let alg = "SHA-256"
        let content: Digest
    }

    struct Reference: Sendable, Encodable {
        let type: String
        let url: String
        var hashes: [Hash]?
        var comment: String?
    }

    struct Property: Sendable, Encodable {
        let name: String
        let value: String
    }

    let type: Kind
    let bomRef: String
    let name: String
    let version: String
    var supplier: CycloneDXOrganization?
    var description: String?
    var scope: String?
    var hashes: [Hash]?
    var licenses: [CycloneDXLicence]?
    var purl: String?
    var externalReferences: [Reference]?
    var properties: [Property]?

    private enum CodingKeys: String, CodingKey {
        case type, name, version, supplier, description, scope, hashes, licenses, purl, externalReferences, properties
        case bomRef = "bom-ref"
    }

    /// The image.
    init(_ subject: SBOMSubject, supplier: Supplier?) {
        type = .system
        bomRef = "image"
        name = subject.template
        version = subject.version
        self.supplier = supplier.map(CycloneDXOrganization.init)
        let files = subject.images.map { image in
            Reference(
                type: "distribution", url: "./" + image.file.percentEncoded(), hashes: [Hash(content: image.sha256)],
                comment: image.format.rawValue)
        }
        externalReferences = files.isEmpty ? nil : files
    }

    /// The factory.
    init(factory version: String) {
        type = .application
        bomRef = "imagefactory"
        name = "imagefactory"
        self.version = version
    }

    /// The installer medium.
    init(_ medium: MediumIdentity) {
        type = .file
        bomRef = "installer"
        name = medium.name
        version = medium.version
        supplier = medium.supplier.map(CycloneDXOrganization.init)
        description = "The installer medium that the image was made from; no part of the image."
        scope = "excluded"
        hashes = [Hash(content: medium.sha256)]
    }

    /// What is in the image.
    init(_ component: SBOMComponent) {
        type =
            switch component.role {
            case .distribution: .system
            case .package: .library
            case .firmware: .firmware
            case .kernel, .loader, .file: .file
            }
        bomRef = component.id
        name = component.name
        version = component.version
        supplier = component.supplier.map(CycloneDXOrganization.init)
        description = component.summary
        hashes = component.sha256.map { [Hash(content: $0)] }
        licenses = CycloneDXLicence.all(component.licences)
        purl = component.purl?.text
        externalReferences = component.homepage.map { [Reference(type: "website", url: $0.text)] }
        let isPlain = component.role == .package || component.role == .distribution
        properties = isPlain ? nil : [Property(name: "imagefactory:role", value: component.role.rawValue)]
    }
}
