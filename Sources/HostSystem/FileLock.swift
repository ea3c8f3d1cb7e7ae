internal import Foundation
package import SystemPackage

/// An advisory lock on a file or folder (`flock`), held until the object goes away or the process ends in any way.
///
/// The file may be removed by its holder alone, with ``removeFile()``: who opened it earlier and gets the lock later would
/// hold the lock of a file that nobody else can find, so everybody looks, once locked, whether it still has its name.
package final class FileLock: Sendable {
    /// Who else may hold the lock.
    package enum Mode: Sendable {
        /// Nobody.
        case exclusive
        /// Whoever takes it shared too.
        case shared

        fileprivate var operation: Int32 { self == .exclusive ? LOCK_EX : LOCK_SH }
    }

    private let path: FilePath
    private let descriptor: FileDescriptor

    /// Takes the lock of the file at `path`, which is made if there is none; nil if somebody holds it.
    package convenience init?(tryingAt path: FilePath, mode: Mode = .exclusive) throws {
        try self.init(path, mode) {
            try FileDescriptor.open(path, .readWrite, options: [.create, .closeOnExec], permissions: .publicFile)
        }
    }

    /// Takes the lock of a file or folder that is there; nil if there is none, or if somebody holds it.
    package convenience init?(ofExisting path: FilePath) throws {
        do {
            try self.init(path, .exclusive) {
                try FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
            }
        } catch Errno.noSuchFileOrDirectory, Errno.tooManySymbolicLinkLevels {
            return nil
        }
    }

    private init?(_ path: FilePath, _ mode: Mode, open: () throws -> FileDescriptor) throws {
        self.path = path
        var descriptor = try open()
        while flock(descriptor.rawValue, mode.operation | LOCK_NB) == 0 {
            if Self.isStill(descriptor, at: path) {
                self.descriptor = descriptor
                return
            }
            // Its last holder removed it between our opening and our locking.
            try descriptor.close()
            descriptor = try open()
        }
        let code = errno
        self.descriptor = descriptor
        // From here on `deinit` runs, and it closes the descriptor; a second close could hit somebody else's.
        guard code == EWOULDBLOCK else { throw Errno(rawValue: code) }
        return nil
    }

    deinit {
        // Closing is not enough: a child that was just forked shares the lock until it runs its own program.
        flock(descriptor.rawValue, LOCK_UN)
        try? descriptor.close()
    }

    /// Whether somebody holds the lock at `path`; asking takes no more than the right to read the file.
    ///
    /// For the moment of the question nobody else can take it.
    package static func isHeld(at path: FilePath) throws -> Bool {
        let descriptor = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            guard flock(descriptor.rawValue, LOCK_SH | LOCK_NB) != 0 else {
                flock(descriptor.rawValue, LOCK_UN)
                return false
            }
            guard errno == EWOULDBLOCK else { throw Errno(rawValue: errno) }
            return true
        }
    }

    /// Removes the file's name, and so gives the lock up: who waits for it makes a new file.
    package func removeFile() {
        unlink(path.string)
    }

    /// Waits for the lock at `path`, calling `onWait` once if it is not free at once.
    ///
    /// - Throws: ``LockedError`` when it is still held at the deadline.
    ///
    /// `flock` gives no event when a holder leaves without blocking a thread, so this asks again every 100 ms.
    package static func acquire(
        at path: FilePath, mode: Mode = .exclusive, deadline: Duration, onWait: @Sendable () -> Void = {}
    ) async throws -> FileLock {
        if let lock = try FileLock(tryingAt: path, mode: mode) { return lock }
        onWait()
        do {
            return try await poll(every: .milliseconds(100), deadline: deadline, for: "the lock") {
                try FileLock(tryingAt: path, mode: mode)
            }
        } catch is DeadlineError {
            throw LockedError(path: path, limit: deadline)
        }
    }

    /// Whether an open file or folder is what `path` names.
    private static func isStill(_ descriptor: FileDescriptor, at path: FilePath) -> Bool {
        var open = stat()
        var named = stat()
        guard fstat(descriptor.rawValue, &open) == 0, lstat(path.string, &named) == 0 else { return false }
        return open.st_dev == named.st_dev && open.st_ino == named.st_ino
    }
}

/// A lock that somebody else holds.
package struct LockedError: Error, CustomStringConvertible {
    /// The lock's file.
    package let path: FilePath
    /// How long it was waited for.
    package let limit: Duration

    package var description: String {
        "another process holds \(path), and still did after \(limit.components.seconds) s; try again when it is done"
    }
}
