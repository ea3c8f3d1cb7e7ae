package import DiskImages
package import HostSystem

/// The image that a machine runs, by its digests.
package struct DeployedImage: Sendable, Hashable {
    /// The template.
    package var template: String
    /// The version.
    package var version: String
    /// The digest of the release's manifest.
    package var release: Digest
    /// The digest of the image's file.
    package var sha256: Digest
    /// The image's format.
    package var format: ImageFormat
    /// The length of the image's file.
    package var length: Int64
    /// The size of the disk in it.
    package var virtualSize: Int64

    /// An image.
    package init(
        template: String, version: String, release: Digest, sha256: Digest, format: ImageFormat, length: Int64,
        virtualSize: Int64
    ) {
        self.template = template
        self.version = version
        self.release = release
        self.sha256 = sha256
        self.format = format
        self.length = length
        self.virtualSize = virtualSize
    }
}
