internal import HostSystem
internal import Machines
internal import Pipeline
internal import SystemPackage

/// Something that a killed process left, and how to clear it away.
struct Remains: Sendable {
    /// What it is.
    let garbage: Garbage
    /// Ends or removes it.
    let clear: @Sendable () async throws -> Void

    /// The line for people who are told that it was cleared away.
    var line: String {
        switch garbage.kind {
        case .machine, .program: "ended the \(garbage.kind.rawValue) \(garbage.name)"
        default: "removed \(garbage.name)"
        }
    }

    /// A file or folder that belongs to nobody any more.
    static func path(_ kind: Garbage.Kind, _ path: FilePath, reason: String) -> Remains {
        Remains(garbage: Garbage(kind, path.string, bytes: path.allocatedSize, reason: reason)) { try path.remove() }
    }

    /// A temporary file or folder whose maker is gone.
    static func temporary(_ path: FilePath) -> Remains {
        let garbage = Garbage(.temporary, path.string, bytes: path.allocatedSize, reason: "its maker was killed")
        return Remains(garbage: garbage) { try await Temporary.removeAbandoned(path) }
    }

    /// The programs that were started for a run.
    static func programs(of run: RunFolder, reason: String) -> [Remains] {
        let processes = OwnedProcesses(of: run.path)
        return processes.running.map { process in
            Remains(garbage: Garbage(.program, "\(process.name) (process \(process.id))", reason: reason)) {
                try await processes.end()
            }
        }
    }

    /// The machines of a run, and its folder of sockets.
    static func runtime(_ path: FilePath, reason: String) -> [Remains] {
        let reaper = OrphanReaper(runtime: RuntimeFolder(path: path))
        let machines = reaper.orphans.map { orphan in
            let name = "\(orphan.machine ?? "probe") (process \(orphan.id))"
            return Remains(garbage: Garbage(.machine, name, reason: reason)) { try await reaper.end() }
        }
        return machines + (path.exists ? [.path(.runtimeFolder, path, reason: reason)] : [])
    }
}
