internal import Foundation
internal import HostSystem
package import SystemPackage

/// The finished results of stages, each in a folder named by its key.
///
/// ```
/// store/KEY/                      finished: entry.json and what the stage made, every file read-only
/// store/KEY.partial-RUN/          being made by the run RUN
/// store/KEY.stale.partial-RUN/    of no use any more: RUN is about to put another in its place
/// store/KEY.XXXXXXXX.partial/     of no use any more: it is being removed; see ``GarbageCollection``
/// store/KEY.renewal               the token of the newest repetition that somebody asked for
/// ```
/// An entry appears by one rename after everything in it was flushed to the disk, and the rename is flushed before anybody
/// is told, so present means finished, also after a power loss. It is never written again: layers stand on it.
///
/// Whoever removes entries holds the store's lock alone; whoever is about to use some holds it with others while it notes
/// them in its run, which protects them from then on.
package struct Store: Sendable {
    /// The folder.
    package let folder: FilePath
    /// Where the locks of keys lie.
    private let locks: FilePath

    /// The store in `folder`; its locks lie in `locks`.
    package init(folder: FilePath, locks: FilePath) {
        self.folder = folder
        self.locks = locks
    }

    /// Runs `body`, which notes the entries that a run uses and looks which there are, while nobody removes any.
    package func withoutRemovals(_ body: () throws -> Void) async throws {
        let lock = try await lock(.shared)
        // A process that was killed may have given an entry its name without flushing that.
        try folder.sync()
        try body()
        withExtendedLifetime(lock) {}
    }

    /// Keeps others from removing entries, or from beginning to use them.
    func lock(_ mode: FileLock.Mode) async throws -> FileLock {
        for folder in [folder, locks] { try folder.createFolder(durably: true) }
        return try await FileLock.acquire(at: locks.appending("store.lock"), mode: mode, deadline: Self.lockDeadline)
    }

    /// Entries are removed by renames, which take no time.
    private static let lockDeadline: Duration = .seconds(60)

    /// The lock of whoever makes the result with `key`.
    func lock(of key: StageKey) -> FilePath {
        locks.appending("\(key.hex).lock")
    }

    /// Where the result with `key` lies, or would lie.
    package func path(of key: StageKey) -> FilePath {
        folder.appending(key.hex)
    }

    /// Whether the result with `key` is finished and can be used.
    ///
    /// A layer is of use only on the very disk that it was made on: one that was made again under the same key has other
    /// bytes. Images and reports can be used without the disk, but not beside another one than theirs.
    package func holds(_ key: StageKey) -> Bool {
        var next: StageKey? = key
        for _ in 0..<1000 {
            guard let current = next else { return true }
            guard let entry = entry(current), isWhole(entry) else { return false }
            let below = entry.previous.flatMap(self.entry)
            if let below, below.instance != entry.previousInstance { return false }
            next = entry.product == .disk ? entry.previous : nil
        }
        return false
    }

    /// Whether all files of an entry are there; a disk that lies about what it has written would leave less.
    private func isWhole(_ entry: StoreEntry) -> Bool {
        let path = path(of: entry.key)
        return entry.files.allSatisfy { (try? path.pushing(FilePath($0.key)).fileSize().bytes) == $0.value }
    }

    /// What is known about a finished result; nil if there is none.
    package func entry(_ key: StageKey) -> StoreEntry? {
        let path = path(of: key).appending(StoreEntry.fileName)
        guard let bytes = try? path.readBytes(limit: .mebibytes(4)),
            let entry = try? JSON.decode(StoreEntry.self, from: bytes), entry.key == key
        else { return nil }
        return entry
    }

    /// Every finished result, in the order of the keys.
    package var entries: [StoreEntry] {
        folder.folderEntries.compactMap { Digest(hex: $0).flatMap { entry(StageKey($0)) } }
    }

    /// Makes the result with the entry's key by `make`, unless somebody made it meanwhile.
    ///
    /// Two makers of one key wait for each other and share the result.
    ///
    /// - Returns: Whether it was made by this call.
    package func make(
        _ entry: StoreEntry, run: String, lockDeadline: Duration, onWait: @Sendable () -> Void,
        _ make: (FilePath) async throws -> Void
    ) async throws -> Bool {
        for folder in [folder, locks] { try folder.createFolder(durably: true) }
        let lock = try await FileLock.acquire(
            at: lock(of: entry.key), deadline: lockDeadline, onWait: onWait)
        defer { withExtendedLifetime(lock) {} }
        if holds(entry.key) { return false }
        let partial = folder.appending("\(entry.key.hex).partial-\(run)")
        try partial.remove()
        try partial.createFolder()
        var entry = entry
        entry.instance = String.randomHex(digits: 16)
        entry.previousInstance = entry.previous.flatMap(self.entry)?.instance
        do {
            try await make(partial)
            try Task.checkCancellation()
            let finished = entry
            // Flushing gigabytes takes its time.
            try await offloaded { _ in try commit(finished, from: partial, run: run) }
        } catch {
            try? partial.remove()
            throw error
        }
        return true
    }

    /// Flushes a partial entry and gives it its final name.
    private func commit(_ entry: StoreEntry, from partial: FilePath, run: String) throws {
        var entry = entry
        entry.files = try seal(partial)
        let description = partial.appending(StoreEntry.fileName)
        try description.write(try JSON.document(entry), mode: .readOnlyFile)
        try partial.syncTree()
        let target = path(of: entry.key)
        // Since the lock is ours, only an entry that cannot be used can stand here.
        let stale = folder.appending("\(entry.key.hex).stale.partial-\(run)")
        if target.exists { try target.rename(to: stale) }
        try partial.rename(to: target)
        // What stays here is nobody's, and goes with the run's other leftovers.
        try? stale.remove()
    }

    /// Makes every file in `folder` read-only; links stay as they are, since what they point to is none of the result.
    ///
    /// - Returns: Their sizes, by their paths in it.
    /// - Throws: ``StoreContentError`` for what is neither a file, nor a folder, nor a link.
    private func seal(_ folder: FilePath) throws -> [String: Int64] {
        var sizes: [String: Int64] = [:]
        for name in folder.folderEntries {
            let path = folder.appending(name)
            if path.isLink { continue }
            if path.isFolder {
                for (inner, size) in try seal(path) { sizes["\(name)/\(inner)"] = size }
            } else {
                guard path.isRegularFile else { throw StoreContentError(path: path) }
                guard chmod(path.string, FilePermissions.readOnlyFile.rawValue) == 0 else {
                    throw Errno(rawValue: errno)
                }
                sizes[name] = try path.fileSize().bytes
            }
        }
        return sizes
    }
}

/// What a stage left in its folder and no result can hold: a socket, a pipe or a device.
package struct StoreContentError: Error, CustomStringConvertible {
    /// What it is called.
    package let path: FilePath

    package var description: String {
        "\(path.lastComponent?.string ?? "") is no file, and a result holds files alone; have the stage remove it at its end"
    }
}

extension Store {
    /// The token under which the work with `key` was last repeated on request; nil if it never was.
    package func renewal(of key: StageKey) -> String? {
        guard let text = try? folder.appending("\(key.hex).renewal").readText(limit: .mebibytes(1)) else { return nil }
        return text.isEmpty ? nil : text
    }

    /// Remembers that the work with `key` was repeated under `token`, so that the next build uses that result.
    package func renew(_ key: StageKey, token: String) throws {
        try folder.appending("\(key.hex).renewal").writeAtomically(token.utf8)
    }

    /// What is unfinished, and by which run.
    package var partials: [(path: FilePath, run: String)] {
        folder.folderEntries.compactMap { name in
            guard let match = name.wholeMatch(of: /[0-9a-f]{64}(?:\.stale)?\.partial-(.+)/) else { return nil }
            return (folder.appending(name), String(match.output.1))
        }
    }
}

extension Store {
    /// When a result was finished; for people and for ``KeepRules`` only, since a clock decides.
    func finishTime(of key: StageKey) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: key).string)
        return attributes?[.modificationDate] as? Date
    }

    /// The entry among `entries` that was finished last.
    func newest(of entries: [StoreEntry]) -> StoreEntry? {
        entries.map { ($0, finishTime(of: $0.key) ?? .distantPast) }.max { $0.1 < $1.1 }?.0
    }
}
