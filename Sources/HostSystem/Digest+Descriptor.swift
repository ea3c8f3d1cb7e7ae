internal import Foundation
package import SystemPackage

extension Digest {
    /// The digest of an open file's first `size` bytes, or of all of a shorter one; for blocking work.
    ///
    /// It is read from its beginning in blocks of 1 MiB, wherever the descriptor stands, so that several threads may use
    /// the same one.
    ///
    /// - Throws: `Errno` when it cannot be read, `CancellationError` when `isCancelled` says so.
    package static func of(_ descriptor: FileDescriptor, size: Int64, isCancelled: () -> Bool) throws -> Digest {
        posix_fadvise(descriptor.rawValue, 0, 0, POSIX_FADV_SEQUENTIAL)
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
        defer { block.deallocate() }
        let hasher = SHA256()
        var offset: Int64 = 0
        while offset < size {
            if isCancelled() { throw CancellationError() }
            let wanted = Int(min(size - offset, Int64(block.count)))
            let part = UnsafeMutableRawBufferPointer(rebasing: block[..<wanted])
            let count = try descriptor.read(fromAbsoluteOffset: offset, into: part)
            guard count > 0 else { break }
            hasher.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
            offset += Int64(count)
        }
        return hasher.finish()
    }
}
