internal import Foundation
internal import SystemPackage

/// Where a conversion writes one image: a file under a name of its own, `NAME.partial`, until it is complete, or a device.
///
/// The partial file is locked, so that two processes never write the same one; what a killed process left is written over.
/// If it is not published, it goes away with this object.
final class ConversionTarget {
    /// The open file.
    let file: OutputFile
    private let finalPath: FilePath?
    private let diskSize: Int64
    private var isPublished = false

    /// Opens the target of an output of a disk of `size` bytes.
    ///
    /// - Throws: ``ConversionError/busy(_:)`` when another process has it open, ``OutputError``, ``OutputDeviceError``.
    init(_ output: ImageOutput, _ folder: FilePath, _ name: String, size: Int64) throws {
        diskSize = size
        if case .raw(let device?) = output {
            finalPath = nil
            file = try OutputFile(overwritingDevice: device, size: size)
        } else {
            let path = folder.appending("\(name).\(output.format.rawValue)")
            finalPath = path
            file = try OutputFile(
                locking: FilePath(path.string + ".partial"), isReadBack: !output.beginsWithRawBytes)
        }
    }

    deinit {
        if finalPath != nil, !isPublished { unlink(file.path.string) }
    }

    /// The length of the image in bytes.
    func size() throws -> Int64 {
        finalPath == nil ? diskSize : try file.size()
    }

    /// Gives the file its name; a file that had it is replaced.
    ///
    /// - Returns: Where the image is now.
    func publish() throws -> FilePath {
        guard let finalPath else { return file.path }
        guard rename(file.path.string, finalPath.string) == 0 else {
            throw OutputError(path: finalPath, cause: Errno(rawValue: errno))
        }
        isPublished = true
        return finalPath
    }
}
