package import DiskImages
package import HostSystem

/// A finished image file, as the manifest names it.
package struct ImageFile: Sendable, Codable, Equatable {
    /// Its format: `qcow2`.
    package let format: ImageFormat
    /// Its name.
    package var file: String
    /// Its length in bytes.
    package let size: Int64
    /// Its digest.
    package let sha256: Digest
    /// The size of the disk in it, in bytes.
    package let virtualSize: Int64

    /// An image file.
    package init(format: ImageFormat, file: String, size: Int64, sha256: Digest, virtualSize: Int64) {
        self.format = format
        self.file = file
        self.size = size
        self.sha256 = sha256
        self.virtualSize = virtualSize
    }
}
