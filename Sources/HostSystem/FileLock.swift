internal import Foundation
package import SystemPackage

/// An exclusive advisory lock on a file (`flock`), held until the object goes away or the process ends in any way.
///
/// The file stays: removing it would let two holders lock two files of one name.
package final class FileLock: Sendable {
    private let descriptor: FileDescriptor

    /// Takes the lock at `path` if nobody holds it; nil if somebody does.
    package init?(tryingAt path: FilePath) throws {
        descriptor = try FileDescriptor.open(
            path, .readWrite, options: [.create, .closeOnExec], permissions: .publicFile)
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) != 0 else { return }
        let code = errno
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

    /// Waits for the lock at `path`, calling `onWait` once if it is not free at once.
    ///
    /// - Throws: ``LockedError`` when it is still held at the deadline.
    ///
    /// `flock` gives no event when a holder leaves without blocking a thread, so this asks again every 100 ms.
    package static func acquire(
        at path: FilePath, deadline: Duration, onWait: @Sendable () -> Void = {}
    ) async throws -> FileLock {
        if let lock = try FileLock(tryingAt: path) { return lock }
        onWait()
        do {
            return try await poll(every: .milliseconds(100), deadline: deadline, for: "the lock") {
                try FileLock(tryingAt: path)
            }
        } catch is DeadlineError {
            throw LockedError(path: path, limit: deadline)
        }
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
