internal import HostSystem

/// An image's SBOM in SPDX 2.3 (ISO/IEC 5962), as JSON.
///
/// The document describes the image: the system that the image files contain, and that contains all else. Files that no
/// package owns are packages of the purpose FILE: the standard's own files must have a SHA-1 digest, which nobody should
/// still make. The system is generated from the installer medium; that is said from the system's side, since readers follow
/// relationships from what is described.
///
/// The name space is derived from the content, so the same content gives the same bytes.
package struct SPDXDocument: Sendable {
    /// The document, as its keys are.
    private var document: Layout

    /// The SBOM of an image.
    package init(_ inventory: Inventory, _ subject: SBOMSubject) throws {
        let content = SBOMContent(inventory, subject)
        document = Layout(
            name: "\(subject.template)-\(subject.version)",
            creationInfo: CreationInfo(
                created: SBOMText.time(subject.created),
                creators: ["Tool: imagefactory-\(subject.factory)"]
                    + (content.supplier.map { [$0.spdx] } ?? [])),
            packages: Self.packages(content, subject), relationships: Self.relationships(content, subject),
            hasExtractedLicensingInfos: Self.extracted(content))
        // A name space is a name, and need not lead anywhere.
        let id = ContentUUID(Digest.of(try json()))
        document.documentNamespace = "https://spdx.org/spdxdocs/\(document.name.spdxWord)-\(id)"
    }

    /// The document's bytes.
    package func json() throws -> [UInt8] {
        try SBOMText.encode(document)
    }

    private static func packages(_ content: SBOMContent, _ subject: SBOMSubject) -> [SPDXPackage] {
        let around = subject.images.map { SPDXPackage($0, of: subject, supplier: content.supplier) }
        let medium = subject.medium.map { [SPDXPackage($0)] } ?? []
        return [SPDXPackage(subject, supplier: content.supplier)] + around + medium
            + content.components.map(SPDXPackage.init)
    }

    private static func relationships(_ content: SBOMContent, _ subject: SBOMSubject) -> [SPDXRelationship] {
        let system = SPDXID.system
        let images = subject.images.flatMap { image in
            [
                SPDXRelationship(SPDXID.document, .describes, SPDXID.image(image)),
                SPDXRelationship(SPDXID.image(image), .contains, system),
            ]
        }
        let medium = subject.medium.map { _ in [SPDXRelationship(system, .generatedFrom, SPDXID.medium)] } ?? []
        let owners = Dictionary(content.components.map { ($0.id, $0) }) { first, _ in first }
        let parts = content.components.map { part in
            let owner = part.owner.flatMap { owners[$0] }.map(SPDXID.component) ?? system
            return SPDXRelationship(owner, .contains, SPDXID.component(part))
        }
        return [SPDXRelationship(SPDXID.document, .describes, system)] + images + medium + parts
    }

    /// The licences that SPDX has no identifier for. What packages say is their names; the texts are in the packages.
    private static func extracted(_ content: SBOMContent) -> [SPDXExtractedLicence] {
        let words = Set(content.components.flatMap { $0.licences.flatMap(\.unknownWords) }).sorted()
        let named = Dictionary(words.map { (LicenceReference($0).id, $0) }) { first, _ in first }
        return named.sorted { $0.key < $1.key }.map { SPDXExtractedLicence(licenseId: $0.key, words: $0.value) }
    }
}

extension SPDXDocument {
    /// The document's keys (SPDX 2.3, clause 6).
    private struct Layout: Encodable {
        let spdxVersion = "SPDX-2.3"
        let dataLicense = "CC0-1.0"
        let SPDXID = Attestation.SPDXID.document
        let name: String
        var documentNamespace = ""
        let creationInfo: CreationInfo
        let packages: [SPDXPackage]
        let relationships: [SPDXRelationship]
        let hasExtractedLicensingInfos: [SPDXExtractedLicence]
    }

    private struct CreationInfo: Encodable {
        let created: String
        let creators: [String]
    }
}
