internal import Foundation
package import SystemPackage

/// The programs that were started for a folder, with all that they started: each has the folder among its owners.
///
/// They outlive a factory that is killed, and would go on to write into a folder that the next run clears away.
package struct OwnedProcesses: Sendable {
    /// A program under way.
    package struct Process: Sendable, Equatable {
        /// Its number.
        package let id: Int32
        /// Its name.
        package let name: String
    }

    private static let deadline: Duration = .seconds(10)
    private let owner: FilePath

    /// The programs of `owner`.
    package init(of owner: FilePath) {
        self.owner = owner
    }

    /// Those that run now.
    package var running: [Process] {
        FilePath("/proc").folderEntries.compactMap { pid_t($0) }.filter { $0 != getpid() && isOwned($0) }.map {
            Process(id: $0, name: name(of: $0))
        }
    }

    /// Ends them, and waits until they are gone.
    ///
    /// - Returns: Those that were found.
    @discardableResult
    package func end() async throws -> [Process] {
        var ended: [Process] = []
        // One that is about to start another may be ended too late for that; so they are looked for again.
        _ = try await poll(every: .milliseconds(20), deadline: Self.deadline, for: "the end of programs for \(owner)") {
            let found = running
            for process in found {
                kill(process.id, SIGKILL)
                if !ended.contains(process) { ended.append(process) }
            }
            return found.isEmpty ? true : nil
        }
        return ended
    }

    /// A process that has ended, but whose end nobody has asked for, has no environment any more.
    private func isOwned(_ id: pid_t) -> Bool {
        let variable = Program.ownersVariable + "="
        guard let bytes = try? FilePath("/proc/\(id)/environ").readBytes(limit: .mebibytes(4)) else { return false }
        return bytes.split(separator: 0).contains { entry in
            guard entry.starts(with: variable.utf8) else { return false }
            let owners = String(decoding: entry.dropFirst(variable.utf8.count), as: UTF8.self)
            return ":\(owners):".contains(":\(owner):")
        }
    }

    private func name(of id: pid_t) -> String {
        let name = (try? FilePath("/proc/\(id)/comm").readText(limit: ByteCount(4096))) ?? ""
        return name.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
