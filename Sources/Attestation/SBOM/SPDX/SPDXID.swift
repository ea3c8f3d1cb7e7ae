internal import DiskImages
internal import HostSystem

/// The identifiers of the elements of an SPDX document; the same thing has the same one in every document.
enum SPDXID {
    /// The document.
    static let document = "SPDXRef-DOCUMENT"
    /// The system that the image files hold.
    static let system = "SPDXRef-Image"
    /// The installer medium.
    static let medium = "SPDXRef-Installer"

    /// An image file.
    static func image(_ image: ImageFile) -> String {
        "SPDXRef-Image-\(image.format.rawValue)"
    }

    /// What is in the image: a word to read, and a digest that makes it the only one.
    static func component(_ component: SBOMComponent) -> String {
        let digest = Digest.of(component.id).hex.prefix(16)
        return switch component.role {
        case .distribution: "SPDXRef-Distribution-\(digest)"
        case .package, .firmware: "SPDXRef-Package-\(component.name.spdxWord)-\(digest)"
        case .kernel, .loader, .file: "SPDXRef-File-\(digest)"
        }
    }
}

extension String {
    /// The text in the letters of an SPDX identifier.
    var spdxWord: String {
        String(
            unicodeScalars.map { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789.-".unicodeScalars.contains(scalar))
                    ? Character(scalar) : "-"
            })
    }
}
