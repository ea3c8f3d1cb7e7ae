internal import FoundationXML
package import HostSystem
internal import Libvirt

/// The release that a fleet ran before the one that it runs, as its machines' records keep it.
package struct PreviousRelease: Sendable, Hashable {
    /// The template.
    package var template: String
    /// The version.
    package var version: String
    /// The digest of the release's manifest.
    package var release: Digest

    /// The release of an image.
    package init(_ image: DeployedImage) {
        template = image.template
        version = image.version
        release = image.release
    }

    /// A release.
    init(template: String, version: String, release: Digest) {
        self.template = template
        self.version = version
        self.release = release
    }

    /// Reads an element; nil for one that is not whole.
    init?(_ element: XMLElement) {
        guard let template = element.value("template"), let version = element.value("version"),
            let release = element.value("release").flatMap({ Digest(hex: $0) })
        else { return nil }
        self.template = template
        self.version = version
        self.release = release
    }

    /// The element of a record.
    var element: XMLElement {
        node("previous", ["template": template, "version": version, "release": release.hex])
    }

    /// What a machine of a new edition remembers, beside `machines` of its fleet.
    ///
    /// - Parameter refused: The edition that the fleet goes back from, which nobody wants to go back to.
    static func before(
        _ edition: MachineEdition, in machines: [MachineRecord], refusing refused: Digest?
    ) -> PreviousRelease? {
        if let same = machines.first(where: { $0.edition == edition }) { return same.previous }
        guard let newest = machines.max(by: { $0.generation < $1.generation }),
            newest.edition.fingerprint != refused
        else { return nil }
        // The same release in another shape is no other release.
        return newest.edition.image.release == edition.image.release
            ? newest.previous : PreviousRelease(newest.edition.image)
    }
}
