internal import Foundation
internal import HostSystem
package import SystemPackage

/// The sole use of a disk file, as long as it is held.
///
/// QEMU locks bytes of the files that it has open (`fcntl(2)`, open file description locks); a lock on all of the file finds
/// these, and keeps QEMU away. What the kernel has attached as a loop device is not locked, and is found by its name.
struct DiskClaim: ~Copyable {
    private let file: FileDescriptor

    /// - Throws: ``DiskInUseError``, ``SealedDiskError``, `Errno`.
    init(of path: FilePath) throws {
        var status = stat()
        guard stat(path.string, &status) == 0 else { throw SealedDiskError.missing(path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SealedDiskError.notAFile(path) }
        if let device = Self.loopDevice(of: status) { throw DiskInUseError(path: path, user: device) }
        let file = try FileDescriptor.open(path, .readWrite, options: [.closeOnExec])
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        // A length of 0 reaches to whatever end the file has.
        guard fcntl(file.rawValue, Self.setLock, &lock) == 0 else {
            let code = errno
            try file.close()
            guard code == EAGAIN || code == EACCES else { throw Errno(rawValue: code) }
            throw DiskInUseError(path: path, user: nil)
        }
        self.file = file
    }

    deinit { try? file.close() }

    /// `F_OFD_SETLK`, which the C library declares only for programs in GNU's dialect.
    private static let setLock: Int32 = 37

    /// The loop device that the file of `status` is attached as.
    private static func loopDevice(of status: stat) -> String? {
        let folder: FilePath = "/sys/block"
        return folder.folderEntries.first { name in
            guard name.hasPrefix("loop"),
                let text = try? folder.appending(name).pushing("loop/backing_file").readText()
            else { return false }
            var other = stat()
            let path = String(text.prefix { $0 != "\n" })
            return stat(path, &other) == 0 && other.st_dev == status.st_dev && other.st_ino == status.st_ino
        }
    }
}

/// A disk that something uses.
package struct DiskInUseError: Error, CustomStringConvertible {
    /// The disk.
    package let path: FilePath
    /// What uses it, if that is known.
    package let user: String?

    package var description: String {
        "\(path) is in use\(user.map { " by \($0)" } ?? ""); stop the machine or the program that has it open, and try again"
    }
}
