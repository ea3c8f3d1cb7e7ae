internal import DiskImages
internal import SystemPackage

/// The names of a release's files.
package enum ReleaseFileName {
    /// The digests of all files.
    package static let checksums = ReleaseSignature.checksumsName.string
    /// The signature over the digests.
    package static let signature = ReleaseSignature.fileName.string
    /// What the release is.
    package static let manifest = "manifest.json"
    /// The folder of logs, for which nobody vouches.
    package static let logs = "logs"
    /// How the name of an envelope ends.
    package static let envelopeSuffix = ".dsse.json"

    /// Whether a file of a release may be called so: printable ASCII, and no path.
    ///
    /// Swift takes two texts for equal that differ in how Unicode composes their letters, and so would take one file for
    /// another; no such names are let in.
    static func isPlain(_ name: some Collection<UInt8>) -> Bool {
        guard (1...255).contains(name.count), !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) else {
            return false
        }
        return name.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
    }

    /// Whether a file of this name is an image, or would be taken for one.
    package static func isImage(_ name: String) -> Bool {
        FilePath(name).extension.map { ImageFormat(rawValue: $0.lowercased()) != nil } ?? false
    }
}
