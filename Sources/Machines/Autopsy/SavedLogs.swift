internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Logs that were copied from a guest's disk as they were, on their way into a bundle without secrets.
struct SavedLogs {
    /// The longest file that is kept.
    private static let limit = ByteCount.mebibytes(64)
    private static let deadline: Duration = .seconds(60)

    /// The folder in which they lie, which only their owner can enter.
    let folder: FilePath
    let redactor: Redactor

    /// Puts all that can be kept into `target`, under the names that it has here.
    ///
    /// systemd's journals are compressed, so that nothing can be taken out of them: they become text.
    func move(to target: FilePath) async throws {
        try await move(folder, to: target)
    }

    private func move(_ source: FilePath, to target: FilePath) async throws {
        for name in source.folderEntries {
            let (from, to) = (source.appending(name), target.appending(name))
            guard !Self.isLink(from) else { continue }
            if from.isFolder {
                let journals = from.folderEntries.contains { FilePath($0).extension == "journal" }
                if journals {
                    await moveJournal(from, to: FilePath(to.string + ".txt"))
                } else {
                    try await move(from, to: to)
                }
            } else if let bytes = try? from.readBytes(limit: Self.limit) {
                try target.createFolder()
                try to.write(redactor.bytes(bytes))
            }
        }
    }

    /// A folder of journals as text; without `journalctl` none of it is kept.
    private func moveJournal(_ source: FilePath, to target: FilePath) async {
        let text = try? await Program.run(
            "journalctl",
            ["--directory", source.string, "--no-pager", "--output=short-precise", "--lines=5000"],
            environment: ["TZ": "UTC"], deadline: Self.deadline)
        guard let text else { return }
        try? target.removingLastComponent().createFolder()
        try? target.write(redactor.bytes(text.standardOutput))
    }

    private static func isLink(_ path: FilePath) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path.string)) != nil
    }
}
