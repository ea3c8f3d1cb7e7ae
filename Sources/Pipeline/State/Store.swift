internal import Foundation
internal import HostSystem
package import SystemPackage

/// The finished results of stages, each in a folder named by its key.
///
/// ```
/// store/KEY/                      finished: entry.json and what the stage made, every file read-only
/// store/KEY.partial-RUN/          being made by the run RUN
/// store/KEY.renewal               the token of the newest repetition that somebody asked for
/// ```
/// An entry appears by one rename after everything in it was flushed to the disk, so present means finished. It is
/// never written again: layers stand on it.
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
            guard let entry = entry(current) else { return false }
            let below = entry.previous.flatMap(self.entry)
            if let below, below.instance != entry.previousInstance { return false }
            next = entry.product == .disk ? entry.previous : nil
        }
        return false
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
        try folder.createFolder()
        try locks.createFolder()
        let lock = try await FileLock.acquire(
            at: locks.appending("\(entry.key.hex).lock"), deadline: lockDeadline, onWait: onWait)
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
        try partial.appending(StoreEntry.fileName).write(try JSON.document(entry))
        try seal(partial)
        let target = path(of: entry.key)
        // Since the lock is ours, only an entry that cannot be used can stand here.
        let stale = folder.appending("\(entry.key.hex).stale.partial-\(run)")
        if target.exists { try target.rename(to: stale) }
        try partial.rename(to: target)
        try stale.remove()
    }

    /// Makes every file in `folder` read-only and flushes it, then the folders.
    private func seal(_ folder: FilePath) throws {
        for name in folder.folderEntries {
            let path = folder.appending(name)
            if path.isFolder {
                try seal(path)
            } else {
                guard chmod(path.string, 0o444) == 0 else { throw Errno(rawValue: errno) }
                try path.sync()
            }
        }
        try folder.sync()
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

    /// Removes what a dead run left unfinished.
    ///
    /// - Returns: How many entries it had begun.
    @discardableResult
    package func removePartials(of run: String) throws -> Int {
        let names = folder.folderEntries.filter { $0.hasSuffix(".partial-\(run)") }
        for name in names { try folder.appending(name).remove() }
        return names.count
    }
}

extension Store {
    /// The entry among `entries` that was finished last; for people only, since a clock decides.
    func newest(of entries: [StoreEntry]) -> StoreEntry? {
        let dated = entries.map { entry in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path(of: entry.key).string)
            return (entry, attributes?[.modificationDate] as? Date ?? .distantPast)
        }
        return dated.max { $0.1 < $1.1 }?.0
    }
}
