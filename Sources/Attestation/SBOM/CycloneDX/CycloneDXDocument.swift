internal import HostSystem

/// An image's SBOM in CycloneDX 1.6 (ECMA-424), as JSON.
///
/// The subject is the image, whose files are its distributions, with their digests. The components are all that is in it;
/// how they depend on each other is not told. The installer medium is there too, in the scope `excluded`: it is no part of
/// the image.
///
/// The serial number is derived from the content, so the same content gives the same bytes.
package struct CycloneDXDocument: Sendable {
    /// The document, as its keys are.
    private var document: Layout

    /// The SBOM of an image.
    package init(_ inventory: Inventory, _ subject: SBOMSubject) throws {
        let content = SBOMContent(inventory, subject)
        let parts = content.components.map(CycloneDXComponent.init)
        let image = CycloneDXComponent(subject, supplier: content.supplier)
        document = Layout(
            metadata: Metadata(
                timestamp: SBOMText.time(subject.created),
                tools: Tools(components: [CycloneDXComponent(factory: subject.factory)]), component: image,
                supplier: content.supplier.map(CycloneDXOrganization.init)),
            components: parts + (subject.medium.map { [CycloneDXComponent($0)] } ?? []),
            dependencies: [Dependency(ref: image.bomRef, dependsOn: parts.map(\.bomRef))],
            compositions: [
                Composition(aggregate: "complete", assemblies: [image.bomRef], dependencies: nil),
                Composition(aggregate: "unknown", assemblies: nil, dependencies: parts.map(\.bomRef)),
            ])
        document.serialNumber = "urn:uuid:\(ContentUUID(Digest.of(try json())))"
    }

    /// The document's bytes.
    package func json() throws -> [UInt8] {
        try SBOMText.encode(document)
    }
}

extension CycloneDXDocument {
    /// The document's keys.
    private struct Layout: Encodable {
        let bomFormat = "CycloneDX"
        let specVersion = "1.6"
        var serialNumber: String?
        let version = 1
        let metadata: Metadata
        let components: [CycloneDXComponent]
        let dependencies: [Dependency]
        let compositions: [Composition]
    }

    private struct Metadata: Encodable {
        let timestamp: String
        let lifecycles = [["phase": "post-build"]]
        let tools: Tools
        let component: CycloneDXComponent
        let supplier: CycloneDXOrganization?
    }

    private struct Tools: Encodable {
        let components: [CycloneDXComponent]
    }

    private struct Dependency: Encodable {
        let ref: String
        let dependsOn: [String]
    }

    private struct Composition: Encodable {
        let aggregate: String
        let assemblies: [String]?
        let dependencies: [String]?
    }
}
