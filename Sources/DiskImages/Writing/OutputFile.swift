internal import CLinux
internal import Foundation
internal import Synchronization
package import SystemPackage

/// A file or block device that is written at any offset, and never read by others before it is complete.
package final class OutputFile: Sendable {
    /// Where it is.
    package let path: FilePath
    /// Whether what was there before shows through where nothing is written; a new file has only zeros.
    let hasOldContent: Bool
    let descriptor: FileDescriptor
    /// Whether what is written may leave the page cache at once, as long as the kernel takes the wish.
    private let bypassesCache: Atomic<Bool>

    /// Creates `path`, which must not be there yet.
    ///
    /// - Throws: `Errno`.
    package init(creating path: FilePath) throws {
        self.path = path
        hasOldContent = false
        bypassesCache = Atomic(false)
        descriptor = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    /// A file that is open for reading and writing.
    ///
    /// - Parameter isReadBack: Whether it is soon read again. Another file goes past the page cache where the kernel can do that
    ///   (Linux 6.14): gigabytes that are written once push nothing out of memory, and no pages are prepared for them.
    init(path: FilePath, descriptor: FileDescriptor, hasOldContent: Bool, isReadBack: Bool = true) {
        bypassesCache = Atomic(!isReadBack)
        self.path = path
        self.descriptor = descriptor
        self.hasOldContent = hasOldContent
    }

    deinit {
        try? descriptor.close()
    }

    /// Writes all of `bytes` at `offset`.
    ///
    /// - Throws: ``OutputError`` with the path and what the system says.
    package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < bytes.count {
            do {
                done += try writeOnce(UnsafeRawBufferPointer(rebasing: bytes[done...]), at: offset + Int64(done))
            } catch let error as Errno {
                throw OutputError(path: path, cause: error)
            }
        }
    }

    /// Writes some of `bytes`, and says how many.
    private func writeOnce(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws -> Int {
        if bypassesCache.load(ordering: .relaxed) {
            let dropBehind: Int32 = 0x80  // RWF_DONTCACHE
            var piece = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
            let count = pwritev2(descriptor.rawValue, &piece, 1, off_t(offset), dropBehind)
            if count >= 0 { return count }
            guard errno == EOPNOTSUPP || errno == EINVAL else { throw Errno(rawValue: errno) }
            bypassesCache.store(false, ordering: .relaxed)
        }
        return try descriptor.write(toAbsoluteOffset: offset, bytes)
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: [UInt8], at offset: Int64) throws {
        try bytes.withUnsafeBytes { try write($0, at: offset) }
    }

    /// Ends the file at `size`; what was never written is a hole. A device keeps its own size.
    package func setSize(_ size: Int64) throws {
        guard !hasOldContent else { return }
        guard ftruncate(descriptor.rawValue, off_t(size)) == 0 else {
            throw OutputError(path: path, cause: Errno(rawValue: errno))
        }
    }

    /// Fills `buffer` with what was written at `offset`; for digests of files whose first bytes are written last.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        var done = 0
        while done < buffer.count {
            let count = try descriptor.read(
                fromAbsoluteOffset: offset + Int64(done), into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
            )
            guard count > 0 else { throw OutputError(path: path, cause: .ioError) }
            done += count
        }
    }

    /// Flushes the file to the disk.
    package func sync() throws {
        guard fsync(descriptor.rawValue) == 0 else { throw OutputError(path: path, cause: Errno(rawValue: errno)) }
    }
}

/// A file that cannot be written.
package struct OutputError: Error, CustomStringConvertible, Equatable {
    /// The file.
    package let path: FilePath
    /// What the system says.
    package let cause: Errno

    package var description: String {
        cause == .noSpace
            ? "\(path) cannot be written: the disk is full; free some space or name another folder"
            : "\(path) cannot be written: \(cause)"
    }
}
