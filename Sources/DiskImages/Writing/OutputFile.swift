internal import Foundation
package import SystemPackage

/// A file or block device that is written at any offset, and never read by others before it is complete.
package final class OutputFile: Sendable {
    /// Where it is.
    package let path: FilePath
    /// Whether what was there before shows through where nothing is written; a new file has only zeros.
    let hasOldContent: Bool
    let descriptor: FileDescriptor

    /// Creates `path`, which must not be there yet.
    ///
    /// - Throws: `Errno`.
    package init(creating path: FilePath) throws {
        self.path = path
        hasOldContent = false
        descriptor = try FileDescriptor.open(
            path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: [.ownerReadWrite, .groupRead, .otherRead])
    }

    /// A file that is open for reading and writing.
    init(path: FilePath, descriptor: FileDescriptor, hasOldContent: Bool) {
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
                done += try descriptor.write(
                    toAbsoluteOffset: offset + Int64(done), UnsafeRawBufferPointer(rebasing: bytes[done...]))
            } catch let error as Errno {
                throw OutputError(path: path, cause: error)
            }
        }
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
