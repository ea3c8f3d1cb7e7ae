package import HostSystem
package import SystemPackage

/// A file that a conversion has written.
package struct ConvertedImage: Sendable {
    /// Its format.
    package let format: ImageFormat
    /// Where it is.
    package let file: FilePath
    /// Its length in bytes.
    package let size: Int64
    /// Its SHA-256.
    package let digest: Digest
    /// The size of the disk in it, in bytes.
    package let virtualSize: Int64
    /// What decoded it to compare it with its source; nil if it was not verified.
    package let decoder: String?
}
