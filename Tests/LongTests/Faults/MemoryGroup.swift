import Foundation
import HostSystem
import SystemPackage

/// A memory group of this host with a limit (`cgroups(7)`).
struct MemoryGroup: Sendable {
    private let folder: FilePath

    /// Lends a group, in version 1's hierarchy or in version 2's; `inside` another one that has the limit, or with the
    /// limit itself.
    static func with<Result>(
        limit: ByteCount, inside: Bool = false, _ body: (MemoryGroup) async throws -> Result
    ) async throws -> Result {
        let root: FilePath = "/sys/fs/cgroup"
        let isFirst = root.appending("memory/memory.limit_in_bytes").exists
        let outer = (isFirst ? root.appending("memory") : root).appending("if-fault-\(String.randomHex(digits: 8))")
        let folder = inside ? outer.appending("inner") : outer
        do {
            try folder.createFolder()
            try outer.appending(isFirst ? "memory.limit_in_bytes" : "memory.max").overwrite("\(limit.bytes)")
        } catch {
            for path in [folder, outer] { rmdir(path.string) }
            throw FaultImpossible("no memory group can be made: \(error)")
        }
        return try await withCleanup {
            try await body(MemoryGroup(folder: folder))
        } cleanup: {
            // It can be removed as soon as its last process is forgotten.
            _ = try? await poll(every: .milliseconds(50), deadline: .seconds(10), for: "an empty group") {
                rmdir(folder.string) == 0 ? true : nil
            }
            rmdir(outer.string)
        }
    }

    /// Moves a process into the group, and returns when it has ended.
    func take(_ process: Int32) async throws {
        try folder.appending("cgroup.procs").overwrite("\(process)")
        _ = try await poll(every: .milliseconds(10), deadline: .seconds(120), for: "the end of process \(process)") {
            kill(process, 0) == 0 ? nil : true
        }
    }
}

extension FilePath {
    /// Writes into a file that is there, such as the kernel's.
    fileprivate func overwrite(_ text: String) throws {
        let file = try FileDescriptor.open(self, .writeOnly)
        try file.closeAfter { _ = try file.writeAll(text.utf8) }
    }
}
