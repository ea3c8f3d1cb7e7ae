internal import Foundation
package import HostSystem
package import SystemPackage

/// A regular file of a release that stays open: whatever becomes of its name, all that is read is this one file.
package final class ReleaseFile: Sendable {
    /// Its name in the folder.
    package let name: String
    /// Its length in bytes when it was opened.
    package let size: Int64
    /// The open file; it is closed when the object goes away.
    package let descriptor: FileDescriptor
    private let stamp: FileStamp

    /// Opens a file in an open folder, if it is a regular one.
    ///
    /// It is looked at before it is opened, as to open a device may do something, and again afterwards. Nothing waits for
    /// the other side of a pipe.
    init(_ name: String, in folder: FileDescriptor) throws(Finding) {
        var status = stat()
        guard fstatat(folder.rawValue, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw Finding(.unreadable, name, "cannot be looked at: \(Errno(rawValue: errno))")
        }
        try Self.refuse(status, name)
        let number = openat(folder.rawValue, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard number >= 0 else { throw Finding(.unreadable, name, "cannot be opened: \(Errno(rawValue: errno))") }
        descriptor = FileDescriptor(rawValue: number)
        self.name = name
        guard fstat(number, &status) == 0 else {
            let reason = Errno(rawValue: errno)
            stamp = FileStamp(status)
            size = 0
            throw Finding(.unreadable, name, "cannot be looked at: \(reason)")
        }
        stamp = FileStamp(status)
        size = Int64(status.st_size)
        try Self.refuse(status, name)
    }

    deinit {
        try? descriptor.close()
    }

    /// All bytes; a file longer than `limit` is refused before a byte of it is read.
    package func bytes(limit: ByteCount) throws(Finding) -> [UInt8] {
        guard size <= limit.bytes else { throw tooLarge(limit) }
        var bytes = [UInt8](repeating: 0, count: Int(size))
        var done = 0
        do {
            while done < bytes.count {
                let count = try bytes.withUnsafeMutableBytes {
                    try descriptor.read(
                        fromAbsoluteOffset: Int64(done), into: UnsafeMutableRawBufferPointer(rebasing: $0[done...]))
                }
                guard count > 0 else { break }
                done += count
            }
        } catch {
            throw unreadable(error)
        }
        try refuseChange()
        return bytes
    }

    /// The digest of the whole file; for blocking work.
    ///
    /// - Throws: ``Finding``, `CancellationError`.
    func digest(isCancelled: () -> Bool) throws -> Digest {
        do {
            let digest = try Digest.of(descriptor, size: size, isCancelled: isCancelled)
            try refuseChange()
            return digest
        } catch let error as Errno {
            throw unreadable(error)
        }
    }

    /// The reason that it is longer than `limit`.
    func tooLarge(_ limit: ByteCount) -> Finding {
        Finding(.tooLarge, name, "has \(size) bytes, and a file of its kind at most \(limit)")
    }

    private func unreadable(_ error: any Error) -> Finding {
        Finding(.unreadable, name, "cannot be read: \(error)")
    }

    /// A file that is written to while it is read may have been either at any time.
    private func refuseChange() throws(Finding) {
        var status = stat()
        guard fstat(descriptor.rawValue, &status) == 0, FileStamp(status) == stamp else {
            throw Finding(.changed, name, "was changed while it was read")
        }
    }

    private static func refuse(_ status: stat, _ name: String) throws(Finding) {
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK: throw Finding(.link, name, "is a symbolic link")
        case S_IFDIR: throw Finding(.folder, name, "is a folder")
        case S_IFIFO: throw Finding(.special, name, "is a pipe")
        case S_IFSOCK: throw Finding(.special, name, "is a socket")
        default: throw Finding(.special, name, "is a device")
        }
    }
}

/// What changes when a file is written to.
private struct FileStamp: Equatable {
    private let size: Int64
    private let times: [Int]

    init(_ status: stat) {
        size = Int64(status.st_size)
        times = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
    }
}
