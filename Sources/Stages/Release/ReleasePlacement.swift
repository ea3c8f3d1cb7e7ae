internal import Foundation
internal import HostSystem
internal import Pipeline
internal import SystemPackage

/// Puts a release into its folder by one rename: complete or not at all.
enum ReleasePlacement {
    /// Makes `target` of what `fill` puts into the folder that it is given, which does not exist yet.
    ///
    /// - Returns: False if somebody else was faster; what is at `target` then is theirs.
    static func put(
        _ target: FilePath, run: RunFolder, fill: (FilePath) async throws -> Void
    ) async throws -> Bool {
        let folder = target.removingLastComponent()
        try folder.createFolder(durably: true)
        // Beside its final place, so that the rename stays within one file system; named after the run, so that two
        // runs are not in each other's way.
        let partial = folder.appending(".\(target.lastComponent?.string ?? "").partial-\(run.id)")
        let resource = RunRecord.Resource(kind: PublishRelease.partialKind, name: partial.absolute.string)
        try run.note(resource)
        defer { try? run.forget(resource) }
        do {
            try await fill(partial)
            try await offloaded { _ in try partial.syncTree() }
            try partial.rename(to: target)
        } catch Errno.directoryNotEmpty {
            try? partial.remove()
            return false
        } catch {
            try? partial.remove()
            throw error
        }
        return true
    }
}
