internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Logs that were copied from a guest's disk as they were, on their way into a bundle without secrets.
///
/// The guest may have been broken or hostile: what is neither a regular file nor a folder is dropped before anything is
/// read. A pipe would be waited for, and a device or a link is a way to the host's own data.
struct SavedLogs {
    /// The longest file that is kept.
    private static let limit = ByteCount.mebibytes(64)
    /// What each file counts for at least.
    private static let smallest = ByteCount(4096)
    private static let deadline: Duration = .seconds(60)

    /// The folder in which they lie, which only their owner can enter.
    let folder: FilePath
    let redactor: Redactor
    /// The most that is kept of all files together.
    var room: ByteCount = .mebibytes(256)

    /// Puts all that can be kept into `target`, under the names that it has here.
    ///
    /// systemd's journals are compressed, so that nothing can be taken out of them: they become text.
    func move(to target: FilePath) async throws {
        try Self.sift(folder)
        var room = room
        try await move(folder, to: target, room: &room)
    }

    /// Removes everything but regular files and folders.
    private static func sift(_ folder: FilePath) throws {
        // A guest's folder may have any mode.
        _ = chmod(folder.string, FilePermissions.privateFolder.rawValue)
        for name in folder.folderEntries {
            let path = folder.appending(name)
            if path.isFolder, !path.isLink {
                try sift(path)
            } else if !path.isRegularFile {
                try path.remove()
            }
        }
    }

    private func move(_ source: FilePath, to target: FilePath, room: inout ByteCount) async throws {
        for name in source.folderEntries {
            let (from, to) = (source.appending(name), target.appending(name))
            if from.isFolder {
                let journals = from.folderEntries.contains { FilePath($0).extension == "journal" }
                if journals {
                    try await keep(text(ofJournal: from), as: FilePath(to.string + ".txt"), room: &room)
                } else {
                    try await move(from, to: to, room: &room)
                }
            } else {
                let bytes = try? from.readBytes(limit: min(Self.limit, room), options: [.noFollow, .nonBlocking])
                try keep(bytes, as: to, room: &room)
            }
        }
    }

    /// Writes what is there, as far as there is room for it.
    private func keep(_ bytes: [UInt8]?, as target: FilePath, room: inout ByteCount) throws {
        guard let bytes else { return }
        let left = room.bytes - max(Int64(bytes.count), Self.smallest.bytes)
        guard left >= 0 else { return }
        room = ByteCount(left)
        try target.removingLastComponent().createFolder()
        try target.write(redactor.bytes(bytes))
    }

    /// A folder of journals as text; nil without `journalctl`.
    private func text(ofJournal source: FilePath) async -> [UInt8]? {
        try? await Program.run(
            "journalctl",
            ["--directory", source.string, "--no-pager", "--output=short-precise", "--lines=5000"],
            environment: ["TZ": "UTC"], deadline: Self.deadline
        ).standardOutput
    }
}
