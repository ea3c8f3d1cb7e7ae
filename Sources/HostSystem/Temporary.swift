internal import Foundation
package import SystemPackage

/// Files and folders that are there only while somebody works.
///
/// Each is locked by its maker from its first moment on, and the kernel takes the lock from a process that ends in any way.
/// So whoever finds one that is not locked may remove it, and what a killed process left is told from what is in use
/// without a look at process numbers or times.
///
/// ```
/// PREFIX-XXXXXXXX       a scratch folder              eight random hexadecimal digits each
/// NAME.XXXXXXXX.partial a file or folder that is to get another name, or that had one
/// ```
package enum Temporary {
    /// What a file or folder that is to become `path`, or that was it, is called.
    package static func partialName(of path: FilePath) -> FilePath {
        FilePath(path.string + ".\(String.randomHex(digits: 8)).partial")
    }

    /// Makes an empty file that is to become `target`, and locks it.
    static func makeFile(
        becoming target: FilePath, mode: FilePermissions
    ) throws -> (path: FilePath, descriptor: FileDescriptor, lock: FileLock) {
        while true {
            let path = partialName(of: target)
            let descriptor = try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec], permissions: mode)
            let lock: FileLock?
            do {
                lock = try Self.lock(path)
            } catch {
                try? descriptor.close()
                throw error
            }
            if let lock { return (path, descriptor, lock) }
            try descriptor.close()
        }
    }

    /// Makes a folder and locks it.
    package static func makeFolder(
        in parent: FilePath, prefix: String, mode: FilePermissions = .privateFolder
    ) throws -> (path: FilePath, lock: FileLock) {
        while true {
            let path = parent.appending("\(prefix)-\(String.randomHex(digits: 8))")
            guard mkdir(path.string, mode.rawValue) == 0, chmod(path.string, mode.rawValue) == 0 else {
                throw FolderError(path: path, reason: Errno(rawValue: errno))
            }
            if let lock = try lock(path) { return (path, lock) }
        }
    }

    /// Locks what was just made, or removes it if it cannot be locked; nil if somebody who tidies up was faster.
    private static func lock(_ path: FilePath) throws -> FileLock? {
        do {
            return try FileLock(ofExisting: path)
        } catch {
            try? path.remove()
            throw error
        }
    }

    /// Our own temporary things in `folder` that nobody holds: unfinished files, and scratch folders with one of the
    /// prefixes. Nothing is changed by looking.
    package static func abandoned(in folder: FilePath, prefixes: [String] = []) -> [FilePath] {
        folder.folderEntries.filter { isTemporary($0, prefixes) }.map { folder.appending($0) }
            .filter { isOurs($0) && (try? FileLock(ofExisting: $0)) != nil }
    }

    /// In a folder such as /tmp, another account's have such names too.
    private static func isOurs(_ path: FilePath) -> Bool {
        var status = stat()
        return lstat(path.string, &status) == 0 && status.st_uid == geteuid()
    }

    /// Removes one of those, with the programs that still work in it.
    ///
    /// - Returns: Whether it was removed; it is not if it is locked by now.
    @discardableResult
    package static func removeAbandoned(_ path: FilePath) async throws -> Bool {
        guard let lock = try FileLock(ofExisting: path) else { return false }
        try await OwnedProcesses(of: path).end()
        try path.remove()
        withExtendedLifetime(lock) {}
        return true
    }

    /// Whether a name is one of ours; that is asked of each name in /tmp, which may hold thousands.
    private static func isTemporary(_ name: String, _ prefixes: [String]) -> Bool {
        let ending = ".partial"
        if name.hasSuffix(ending) {
            let stem = name.dropLast(ending.count)
            return isMark(stem.suffix(8)) && stem.dropLast(8).hasSuffix(".") && stem.utf8.count > 9
        }
        return prefixes.contains { name.hasPrefix($0 + "-") && isMark(name.dropFirst($0.count + 1)) }
    }

    /// Whether a text is such digits as tell temporary things apart.
    private static func isMark(_ text: Substring) -> Bool {
        text.utf8.count == 8
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) || (UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0)
            }
    }
}
