internal import HostSystem

/// A package of an SPDX document (SPDX 2.3, clause 7).
struct SPDXPackage: Sendable, Encodable {
    struct Checksum: Sendable, Encodable {
        let algorithm = "SHA256"
        let checksumValue: Digest
    }

    struct Reference: Sendable, Encodable {
        let referenceCategory = "PACKAGE-MANAGER"
        let referenceType = "purl"
        let referenceLocator: String
    }

    /// What a package is for; the words of the JSON schema.
    enum Purpose: String, Sendable, Encodable {
        case system = "OPERATING_SYSTEM"
        case firmware = "FIRMWARE"
        case file = "FILE"
        case archive = "ARCHIVE"
    }

    let SPDXID: String
    let name: String
    let versionInfo: String
    var packageFileName: String?
    let supplier: String
    let downloadLocation = "NOASSERTION"
    let filesAnalyzed = false
    var checksums: [Checksum]?
    var homepage: String?
    let licenseConcluded = "NOASSERTION"
    var licenseDeclared = "NOASSERTION"
    let copyrightText = "NOASSERTION"
    var summary: String?
    var comment: String?
    var externalRefs: [Reference]?
    var primaryPackagePurpose: Purpose?

    /// The system that an image holds.
    init(_ subject: SBOMSubject, supplier: Supplier?) {
        SPDXID = Attestation.SPDXID.system
        name = subject.template
        versionInfo = subject.version
        self.supplier = supplier.spdx
        primaryPackagePurpose = .system
    }

    /// An image file.
    init(_ image: ImageFile, of subject: SBOMSubject, supplier: Supplier?) {
        SPDXID = Attestation.SPDXID.image(image)
        name = image.file
        versionInfo = subject.version
        packageFileName = image.file
        self.supplier = supplier.spdx
        checksums = [Checksum(checksumValue: image.sha256)]
        primaryPackagePurpose = .archive
    }

    /// The installer medium.
    init(_ medium: MediumIdentity) {
        SPDXID = Attestation.SPDXID.medium
        name = medium.name
        versionInfo = medium.version
        supplier = medium.supplier.spdx
        checksums = [Checksum(checksumValue: medium.sha256)]
        comment = "The installer medium that the image was made from; no part of the image."
        primaryPackagePurpose = .archive
    }

    /// What is in the image.
    init(_ component: SBOMComponent) {
        SPDXID = Attestation.SPDXID.component(component)
        name = component.name
        versionInfo = component.version
        supplier = component.supplier.spdx
        checksums = component.sha256.map { [Checksum(checksumValue: $0)] }
        homepage = component.homepage?.text
        licenseDeclared = LicenceExpression.all(of: component.licences)?.text ?? "NOASSERTION"
        summary = component.summary
        externalRefs = component.purl.map { [Reference(referenceLocator: $0.text)] }
        (primaryPackagePurpose, comment) =
            switch component.role {
            case .distribution: (.system, "The distribution that the packages are from.")
            case .package: (nil, nil)
            case .firmware: (.firmware, nil)
            case .kernel: (.file, "A kernel.")
            case .loader: (.file, "A boot loader.")
            case .file: (.file, "A file that no package owns.")
            }
    }
}

extension Supplier {
    /// The supplier as SPDX writes it (SPDX 2.3, 7.5).
    var spdx: String {
        "\(isPerson ? "Person" : "Organization"): \(name)" + (mail.map { " (\($0))" } ?? "")
    }
}

extension Supplier? {
    /// The supplier as SPDX writes it, also where nobody knows who that is.
    var spdx: String {
        self?.spdx ?? "NOASSERTION"
    }
}

extension MediumIdentity {
    /// Who supplies the medium: its name begins with the product, which is its project's too.
    var supplier: Supplier? {
        name.split(separator: " ").first.map { Supplier(organization: String($0)) }
    }
}
