package import DiskImages
internal import Foundation
package import HostSystem
internal import SystemPackage

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

    private static let index: FilePath.Component = "images.json"

    /// Writes the list of the image files of a folder into it.
    static func save(_ images: [ImageFile], in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try folder.appending(index).write(try encoder.encode(images))
    }

    /// Reads the list of a folder's image files.
    static func load(from folder: FilePath) throws -> [ImageFile] {
        let bytes = try folder.appending(index).readBytes(limit: .mebibytes(1))
        return try JSONDecoder().decode([ImageFile].self, from: Data(bytes))
    }
}
