package import SystemPackage

/// Which backing files an image may name; their content becomes part of the disk, so a name is a wish to read that file.
package enum BackingPolicy: String, Sendable, CaseIterable {
    /// None: an overlay is refused.
    case none
    /// Those inside the folder of the image that was asked for, or below it, when all links are followed.
    case folder
    /// Every file that can be read; for images from a trusted hand only.
    case anywhere
}

/// Opens a backing file of another format than qcow2. The format is the one that the overlay says; it is never guessed.
package typealias BackingOpener = @Sendable (FilePath, ImageFormat) throws -> any DiskReader
