package import DiskImages
internal import HostSystem
package import SystemPackage

/// Writes a disk out as a raw file with holes, for programs that read nothing else.
package enum RawCopy {
    private static let block = 4 << 20

    /// Writes `disk` to `path`, where nothing may be yet.
    ///
    /// - Throws: `ImageError`, `SourceError`, `Errno`, `CancellationError`.
    package static func write(_ disk: any DiskReader, to path: FilePath) async throws {
        try await offloaded { isCancelled in
            let file = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .privateFile)
            try file.closeAfter {
                try file.resize(to: disk.size)
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: block, alignment: 4096)
                defer { buffer.deallocate() }
                try disk.forEachDataExtent(in: 0..<disk.size) { extent in
                    var offset = extent.lowerBound
                    while offset < extent.upperBound {
                        guard !isCancelled() else { throw CancellationError() }
                        let count = Int(min(Int64(block), extent.upperBound - offset))
                        let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
                        try disk.read(into: piece, at: offset)
                        _ = try file.writeAll(toAbsoluteOffset: offset, piece)
                        offset += Int64(count)
                    }
                }
            }
        }
    }
}
