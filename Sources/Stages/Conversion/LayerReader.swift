internal import DiskImages
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Opens layers of the store for the converter.
enum LayerReader {
    /// Opens a layer with those below it, each of which lies in a folder of its own beside the others.
    ///
    /// - Throws: ``ImageError`` when one of them is broken, or names a file that is not in the store: guests' machines had
    ///   write access to layers, and what a layer names becomes part of the image.
    static func open(_ layer: FilePath) throws -> any DiskReader {
        let disk = try DiskImage.open(layer, as: .qcow2, backing: .anywhere)
        let store = try realPath(layer.removingLastComponent()).removingLastComponent()
        var (path, reader): (FilePath, any DiskReader) = (layer, disk)
        while let name = reader.facts.backingFile, let below = reader.backing {
            path = try realPath(path.removingLastComponent().pushing(name))
            guard path.starts(with: store) else {
                throw ImageError(.forbidden, layer, "it stands on \(path), which is not in the store \(store)")
            }
            reader = below
        }
        return disk
    }

    /// The path without links and dots.
    private static func realPath(_ path: FilePath) throws -> FilePath {
        guard let resolved = realpath(path.string, nil) else { throw Errno(rawValue: errno) }
        defer { free(resolved) }
        return FilePath(platformString: resolved)
    }
}

extension DiskReader {
    /// The bytes of the disk that are data, and not zeros that are stored nowhere.
    func dataSize() throws -> Int64 {
        var bytes: Int64 = 0
        try forEachDataExtent(in: 0..<size) { bytes += $0.upperBound - $0.lowerBound }
        return bytes
    }
}
