internal import Foundation
package import SystemPackage

extension FilePath {
    /// Whether something is there; a dangling link counts as nothing.
    package var exists: Bool {
        FileManager.default.fileExists(atPath: string)
    }

    /// Whether a folder is there.
    package var isFolder: Bool {
        var folder = ObjCBool(false)
        return FileManager.default.fileExists(atPath: string, isDirectory: &folder) && folder.boolValue
    }

    /// The path made absolute against the working folder, without `.` and `..`.
    package var absolute: FilePath {
        let base = FilePath(FileManager.default.currentDirectoryPath)
        return (isAbsolute ? self : base.pushing(self)).lexicallyNormalized()
    }

    /// The names inside a folder, sorted; empty when it cannot be read.
    package var folderEntries: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: string)) ?? []).sorted()
    }

    /// Makes the folder and its parents, whatever the process's mask; an existing folder is left as it is.
    ///
    /// - Parameter durably: Whether each folder that is made survives a power loss, before anything is put into it.
    package func createFolder(
        mode: FilePermissions = .publicFolder, durably: Bool = false
    ) throws(FolderError) {
        guard !isFolder else { return }
        let parent = removingLastComponent()
        if !parent.isEmpty { try parent.createFolder(mode: mode, durably: durably) }
        guard mkdir(string, mode.rawValue) == 0, chmod(string, mode.rawValue) == 0 else {
            let reason = Errno(rawValue: errno)
            // Another process may have been faster.
            guard !isFolder else { return }
            throw FolderError(path: self, reason: reason)
        }
        guard durably else { return }
        do {
            try sync()
            try parentFolder.sync()
        } catch {
            throw FolderError(path: self, reason: error as? Errno ?? .ioError)
        }
    }

    /// Removes a file or a whole folder; nothing there is no error.
    package func remove() throws {
        guard exists || isLink else { return }
        try FileManager.default.removeItem(atPath: string)
    }

    /// The file's length in bytes.
    package func fileSize() throws -> ByteCount {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter { ByteCount(try descriptor.seek(offset: 0, from: .end)) }
    }

    /// The bytes that a file or folder takes on the disk, with all that is in it; what cannot be read counts for nothing.
    package var allocatedSize: Int64 {
        guard let status = statusWithoutFollowing(self) else { return 0 }
        let own = Int64(status.st_blocks) * 512
        guard status.st_mode & S_IFMT == S_IFDIR else { return own }
        return folderEntries.reduce(own) { $0 + appending($1).allocatedSize }
    }

    /// The file's bytes; a longer file than `limit` is refused.
    ///
    /// - Parameter options: How it is opened, such as without following a link.
    package func readBytes(
        limit: ByteCount = .mebibytes(16), options: FileDescriptor.OpenOptions = []
    ) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: options.union(.closeOnExec))
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            var block = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try block.withUnsafeMutableBytes { try descriptor.read(into: $0) }
                guard count > 0 else { return bytes }
                bytes += block[..<count]
                guard bytes.count <= limit.bytes else { throw FileTooLargeError(path: self, limit: limit) }
            }
        }
    }

    /// The file's text, with bytes that are no UTF-8 replaced.
    package func readText(limit: ByteCount = .mebibytes(16)) throws -> String {
        String(decoding: try readBytes(limit: limit), as: UTF8.self)
    }

    /// The last `count` bytes of a file, or all of a shorter one.
    package func readTail(_ count: Int64) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec])
        return try descriptor.closeAfter {
            let size = try descriptor.seek(offset: 0, from: .end)
            try descriptor.seek(offset: Swift.max(0, size - count), from: .start)
            var bytes = [UInt8](repeating: 0, count: Int(Swift.min(size, count)))
            let filled = try bytes.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            return Array(bytes[..<filled])
        }
    }

    /// Writes a file in place, with `mode` from its first byte on.
    package func write(_ bytes: some Sequence<UInt8>, mode: FilePermissions = .publicFile) throws {
        let descriptor = try FileDescriptor.open(
            self, .writeOnly, options: [.create, .truncate, .closeOnExec], permissions: mode)
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
    }

    /// Writes a file beside its place, syncs it and renames it over: readers see the old content or the new, never a part.
    package func writeAtomically(_ bytes: some Sequence<UInt8>, mode: FilePermissions = .publicFile) throws {
        try withFreshFile(bytes, mode: mode) { try $0.rename(to: self) }
    }

    /// The same for a file that is left as it is if it is there already.
    package func createAtomically(_ bytes: some Sequence<UInt8>, mode: FilePermissions) throws {
        try withFreshFile(bytes, mode: mode) { fresh in
            guard Foundation.link(fresh.string, string) == 0 || errno == EEXIST else { throw Errno(rawValue: errno) }
            try fresh.remove()
            try parentFolder.sync()
        }
    }

    /// Lends a flushed file beside this one's place; it is removed if `body` fails.
    private func withFreshFile(
        _ bytes: some Sequence<UInt8>, mode: FilePermissions, _ body: (FilePath) throws -> Void
    ) throws {
        let (fresh, descriptor, lock) = try Temporary.makeFile(becoming: self, mode: mode)
        do {
            try descriptor.closeAfter {
                _ = try descriptor.writeAll(bytes)
                guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            }
            try body(fresh)
        } catch {
            try? fresh.remove()
            throw error
        }
        withExtendedLifetime(lock) {}
    }

    /// Renames within one file system and syncs the folder, so that the new name survives a power loss.
    package func rename(to target: FilePath) throws {
        guard Foundation.rename(string, target.string) == 0 else { throw Errno(rawValue: errno) }
        try target.parentFolder.sync()
    }

    /// Gives the file a second name, within one file system.
    package func link(to target: FilePath) throws {
        guard Foundation.link(string, target.string) == 0 else { throw Errno(rawValue: errno) }
    }

    /// Flushes a file's or a folder's content to the disk.
    package func sync() throws {
        let descriptor = try FileDescriptor.open(self, .readOnly, options: [.closeOnExec])
        try descriptor.closeAfter {
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Flushes a folder with all that is in it, from the inside outwards.
    package func syncTree() throws {
        for name in folderEntries {
            let path = appending(name)
            guard !path.isLink else { continue }
            if path.isFolder { try path.syncTree() } else { try path.sync() }
        }
        try sync()
    }

    /// Whether it is a symbolic link, wherever that points.
    package var isLink: Bool { kind == S_IFLNK }

    /// Whether it is a regular file, and no link to one.
    package var isRegularFile: Bool { kind == S_IFREG }

    private var kind: mode_t? { statusWithoutFollowing(self).map { $0.st_mode & S_IFMT } }

    /// The folder that it is in: the working folder for a bare name.
    private var parentFolder: FilePath {
        let parent = removingLastComponent()
        return parent.isEmpty ? "." : parent
    }
}

/// What `lstat(2)` says; outside of `FilePath`, whose own `stat` hides C's.
private func statusWithoutFollowing(_ path: FilePath) -> stat? {
    var status = stat()
    return lstat(path.string, &status) == 0 ? status : nil
}

extension FilePermissions {
    /// `rw-r--r--`
    package static let publicFile: FilePermissions = [.ownerReadWrite, .groupRead, .otherRead]
    /// `rw-------`
    package static let privateFile: FilePermissions = [.ownerReadWrite]
    /// `r--r--r--`
    package static let readOnlyFile: FilePermissions = [.ownerRead, .groupRead, .otherRead]
    /// `rwxr-xr-x`
    package static let publicFolder: FilePermissions = [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute]
    /// `rwx------`
    package static let privateFolder: FilePermissions = [.ownerReadWriteExecute]
}

/// A folder that cannot be made.
package struct FolderError: Error, CustomStringConvertible {
    /// The folder.
    package let path: FilePath
    /// Why.
    package let reason: Errno

    package var description: String { "the folder \(path) cannot be made: \(reason)" }
}

/// A file longer than its reader allows.
package struct FileTooLargeError: Error, CustomStringConvertible {
    /// The file.
    package let path: FilePath
    /// The longest content that is read.
    package let limit: ByteCount

    package var description: String { "\(path) is larger than \(limit), which is the most that is read of it" }
}
