package import SystemPackage

/// How an image stores its disk, as `imagefactory inspect` shows it.
package struct ImageFacts: Sendable {
    /// The format.
    package let format: ImageFormat
    /// The variant of the format: `version 3`, `streamOptimized, grain directory at the end`, `fixed`.
    package let layout: String
    /// The method of compression: `zlib`, `zstd`; nil if nothing is compressed.
    package let compression: String?
    /// The bytes of disk that are allocated at a time; nil if the format has no such unit.
    package let clusterSize: Int?
    /// The image that this one is an overlay of.
    package let backingFile: FilePath?

    package init(
        format: ImageFormat, layout: String, compression: String? = nil, clusterSize: Int? = nil,
        backingFile: FilePath? = nil
    ) {
        self.format = format
        self.layout = layout
        self.compression = compression
        self.clusterSize = clusterSize
        self.backingFile = backingFile
    }
}
