internal import Foundation
package import HostSystem
package import SystemPackage

/// A release's `manifest.json`: what it is and what it was made from. Its SHA-256 is the release's digest, so it holds
/// no time, no path and no host.
package struct ReleaseManifest: Sendable, Codable, Equatable {
    /// The name of the file that holds it.
    package static let fileName = "manifest.json"

    /// The layout's version.
    package var schema = 1
    /// The template's name.
    package let template: String
    /// The template's summary.
    package let summary: String
    /// The release's version: `v1.2.0`.
    package let version: String
    /// The images.
    package let images: [ImageFile]
    /// The digests of the SBOMs, by file name; none where the pipeline takes no inventory.
    package let sboms: [String: Digest]
    /// The keys of the stages that made the disk and the images, by stage name.
    package let keys: [String: String]
    /// The installer medium.
    package let medium: MediumIdentity
    /// The versions of the tools that shaped the images.
    package let tools: [String: String]

    /// A manifest.
    package init(
        template: String, summary: String, version: String, images: [ImageFile], sboms: [String: Digest],
        keys: [String: String], medium: MediumIdentity, tools: [String: String]
    ) {
        self.template = template
        self.summary = summary
        self.version = version
        self.images = images
        self.sboms = sboms
        self.keys = keys
        self.medium = medium
        self.tools = tools
    }

    /// The manifest in a file.
    package init(reading path: FilePath) throws {
        let bytes = try path.readBytes(limit: .mebibytes(1))
        self = try JSONDecoder().decode(ReleaseManifest.self, from: Data(bytes))
    }

    /// The manifest's bytes.
    package func bytes() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
}
