internal import Attestation
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// The list of the image files in the folder that the conversion leaves.
enum ImageList {
    private static let fileName: FilePath.Component = "images.json"

    /// Writes the list of the image files of a folder into it.
    static func save(_ images: [ImageFile], in folder: FilePath) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try folder.appending(fileName).write(try encoder.encode(images))
    }

    /// Reads the list of a folder's image files.
    static func load(from folder: FilePath) throws -> [ImageFile] {
        let bytes = try folder.appending(fileName).readBytes(limit: .mebibytes(1))
        return try JSONDecoder().decode([ImageFile].self, from: Data(bytes))
    }
}
