internal import Foundation
package import SystemPackage

/// Reading of files that keys and passphrases are in, or that somebody else may have put there.
package enum GuardedFile {
    /// Who may have a hand in a file.
    package enum Rule: Sendable {
        /// Anyone; its content is judged by itself.
        case open
        /// This account or root owns it, and nobody else can read it; a link is refused, since its target may change.
        case `private`
    }

    /// The bytes of a regular file; a pipe or a device, which could be read for ever, is refused.
    ///
    /// - Throws: ``GuardedFileError``.
    package static func read(_ path: FilePath, _ rule: Rule, limit: Int = 1 << 16) throws -> [UInt8] {
        let descriptor = try open(path, follows: rule == .open)
        return try descriptor.closeAfter {
            var status = stat()
            guard fstat(descriptor.rawValue, &status) == 0 else {
                throw GuardedFileError.unreadable(path, Errno(rawValue: errno))
            }
            guard status.st_mode & S_IFMT == S_IFREG else { throw GuardedFileError.notAFile(path) }
            if rule == .private { try checkPrivate(status, path) }
            return try read(descriptor, path, limit: limit)
        }
    }

    private static func open(_ path: FilePath, follows: Bool) throws -> FileDescriptor {
        var options: FileDescriptor.OpenOptions = [.nonBlocking, .closeOnExec]
        if !follows { options.insert(.noFollow) }
        do {
            return try FileDescriptor.open(path, .readOnly, options: options)
        } catch Errno.noSuchFileOrDirectory {
            throw GuardedFileError.missing(path)
        } catch Errno.tooManySymbolicLinkLevels where !follows {
            throw GuardedFileError.link(path)
        } catch let error as Errno {
            throw GuardedFileError.unreadable(path, error)
        }
    }

    private static func checkPrivate(_ status: stat, _ path: FilePath) throws {
        guard status.st_uid == geteuid() || status.st_uid == 0 else { throw GuardedFileError.foreignOwner(path) }
        guard status.st_mode & 0o077 == 0 else {
            throw GuardedFileError.openToOthers(path, mode: String(status.st_mode & 0o7777, radix: 8))
        }
    }

    private static func read(_ descriptor: FileDescriptor, _ path: FilePath, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        do {
            while true {
                let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                guard count > 0 else { return bytes }
                bytes += block[..<count]
                guard bytes.count <= limit else { throw GuardedFileError.tooLarge(path, limit: limit) }
            }
        } catch let error as Errno {
            throw GuardedFileError.unreadable(path, error)
        }
    }
}

/// Why a file is not read.
package enum GuardedFileError: Error, Equatable, CustomStringConvertible {
    /// Nothing is there.
    case missing(FilePath)
    /// It is a link.
    case link(FilePath)
    /// It is a folder, a pipe or a device.
    case notAFile(FilePath)
    /// It belongs to another account.
    case foreignOwner(FilePath)
    /// Others can read or change it.
    case openToOthers(FilePath, mode: String)
    /// It is longer than such a file is.
    case tooLarge(FilePath, limit: Int)
    /// The system does not let us.
    case unreadable(FilePath, Errno)

    package var description: String {
        switch self {
        case .missing(let path): "\(path) is not there"
        case .link(let path): "\(path) is a link; name the file itself, which nobody can exchange then"
        case .notAFile(let path): "\(path) is no regular file"
        case .foreignOwner(let path):
            "\(path) belongs to another account, which can read and change it; 'chown \(Self.me) \(path)' takes it over"
        case .openToOthers(let path, let mode):
            "\(path) has the mode \(mode), so that others can read or change it; 'chmod 600 \(path)' ends that"
        case .tooLarge(let path, let limit): "\(path) is longer than \(limit) bytes, which no such file is"
        case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
        }
    }

    private static var me: String { String(geteuid()) }
}
