internal import Foundation
package import SystemPackage

/// A file or block device that is read at any offset, and never outside.
package final class SourceFile: Sendable {
    /// What tells two files apart: their device and their number on it.
    package struct Identity: Sendable, Hashable {
        fileprivate let device: dev_t
        fileprivate let inode: ino_t
    }

    /// Where it is.
    package let path: FilePath
    /// Its length in bytes when it was opened.
    package let size: Int64
    /// Which file it is, whatever the names it has.
    package let identity: Identity
    private let descriptor: FileDescriptor

    /// Opens `path`.
    ///
    /// It does not wait for the other side of a pipe, which is refused like all that has no length.
    ///
    /// - Throws: ``SourceError``; also for a folder, a pipe or anything else without a length.
    package init(_ path: FilePath) throws {
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        } catch let error as Errno {
            throw SourceError(path: path, cause: error)
        }
        do {
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else { throw Errno(rawValue: errno) }
            switch status.st_mode & S_IFMT {
            case S_IFREG, S_IFBLK: size = try descriptor.seek(offset: 0, from: .end)
            case S_IFDIR: throw Errno.isDirectory
            default: throw Errno.illegalSeek
            }
            identity = Identity(device: status.st_dev, inode: status.st_ino)
        } catch let error as Errno {
            try? descriptor.close()
            throw SourceError(path: path, cause: error)
        }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        try? descriptor.close()
    }

    /// Fills `buffer` from `offset` on.
    ///
    /// - Throws: ``ImageError`` of kind `truncated` when the file ends before, ``SourceError`` when it cannot be read.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws {
        guard offset >= 0, offset <= size, Int64(buffer.count) <= size - offset else {
            throw ImageError(
                .truncated, path, at: offset, "\(buffer.count) bytes are wanted here, and the file has \(size)")
        }
        var done = 0
        while done < buffer.count {
            let count: Int
            do {
                count = try descriptor.read(
                    fromAbsoluteOffset: offset + Int64(done),
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]))
            } catch let error as Errno {
                throw SourceError(path: path, cause: error)
            }
            guard count > 0 else {
                throw ImageError(
                    .truncated, path, at: offset + Int64(done), "the file became shorter while it was read")
            }
            done += count
        }
    }

    /// The `count` bytes from `offset` on; the caller has bounded `count`.
    package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        guard count >= 0, offset >= 0, offset <= size, Int64(count) <= size - offset else {
            throw ImageError(.truncated, path, at: offset, "\(count) bytes are wanted here, and the file has \(size)")
        }
        return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            filled = count
        }
    }

    /// What the file takes on its file system, in bytes; holes take nothing.
    package func diskUsage() throws -> Int64 {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0 else {
            throw SourceError(path: path, cause: Errno(rawValue: errno))
        }
        return Int64(status.st_blocks) * 512
    }

    /// The stretch of data or hole that begins at `offset`, by `SEEK_DATA` and `SEEK_HOLE` (`lseek(2)`). Where the file
    /// system or device knows no holes, all is data.
    package func extent(at offset: Int64) throws -> Extent {
        let data = lseek(descriptor.rawValue, off_t(offset), Self.seekData)
        guard data >= 0 else {
            guard errno == ENXIO else { return Extent(.data, length: size - offset) }
            return Extent(.zeros, length: size - offset)
        }
        guard data == offset else { return Extent(.zeros, length: min(Int64(data), size) - offset) }
        let hole = lseek(descriptor.rawValue, off_t(offset), Self.seekHole)
        guard hole > offset else { return Extent(.data, length: size - offset) }
        return Extent(.data, length: min(Int64(hole), size) - offset)
    }

    /// `SEEK_DATA` and `SEEK_HOLE` of `<linux/fs.h>`; the C library declares them only for programs in GNU's dialect.
    private static let seekData: Int32 = 3
    private static let seekHole: Int32 = 4
}

/// A file that cannot be opened or read.
package struct SourceError: Error, CustomStringConvertible, Equatable {
    /// The file.
    package let path: FilePath
    /// What the system says.
    package let cause: Errno

    package var description: String {
        switch cause {
        case .illegalSeek: "\(path) cannot be read: it is no file and no block device"
        default: "\(path) cannot be read: \(cause)"
        }
    }
}
