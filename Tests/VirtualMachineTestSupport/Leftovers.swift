import Foundation
import HostSystem
import Machines
package import Pipeline
import SystemPackage
package import Testing

extension Project {
    /// Expects that the project's runs have left nothing on this host.
    package func expectNothingLeft(
        _ comment: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let found = try leftovers()
        #expect(found == [], "\(comment())", sourceLocation: sourceLocation)
    }

    /// What the project's runs have left on this host that they should not: machines, programs, runtime folders, mounts,
    /// locks, unfinished results and releases, temporary files. The state may be shared; other projects' runs are not
    /// looked at.
    private func leftovers() throws -> [String] {
        let folder = StateFolder(root: state, cache: "/nonexistent")
        let records = try records()
        var found = records.flatMap { leftovers(of: $0, in: folder) }
        let ids = records.map(\.id)
        found += folder.store.partials.filter { ids.contains($0.run) }.map { "unfinished result \($0.path)" }
        found += abandoned(in: [root, state, folder.store.folder])
        for template in output.folderEntries {
            found += output.appending(template).folderEntries.filter { $0.contains(".partial-") }
        }
        return found
    }

    /// Temporary files that nobody holds. In a shared state another project's may just be between their making and their
    /// locking, so only what is still there at a second look counts.
    private func abandoned(in places: [FilePath]) -> [String] {
        let first = places.flatMap { Temporary.abandoned(in: $0) }
        guard !first.isEmpty else { return [] }
        Thread.sleep(forTimeInterval: 0.5)
        return Set(first).intersection(places.flatMap { Temporary.abandoned(in: $0) }).map(\.string).sorted()
    }

    private func leftovers(of record: RunRecord, in folder: StateFolder) -> [String] {
        let run = folder.runs.appending(record.id)
        var found = machineProcesses(of: record).map { "machine \($0.id)" }
        found += OwnedProcesses(of: run).running.map { "program \($0.name) \($0.id)" }
        for name in record.resources.map(\.name) {
            if FilePath(name).exists { found.append(name) }
            found += mounts(below: name).map { "mount \($0)" }
        }
        if record.outcome == nil { found.append("no end") }
        if RunFolder.living(in: folder).contains(record.id) { found.append("its lock") }
        found += run.folderEntries.filter { $0.hasPrefix("scratch") || $0.hasSuffix(".partial") }
        for key in record.keys {
            let lock = folder.locks.appending("\(key.hex).lock")
            if lock.exists, (try? FileLock(ofExisting: lock)) == nil, !isShared { found.append("lock of \(key.short)") }
        }
        return found.map { "run \(record.id): \($0)" }
    }

    /// Whether other projects may use the state now.
    private var isShared: Bool { !state.starts(with: root) }

    /// What is on record about the runs of the project's templates, oldest first.
    package func records() throws -> [RunRecord] {
        let templates = root.appending("templates").folderEntries
        return RunFolder.records(in: StateFolder(root: state, cache: "/nonexistent"))
            .filter { templates.contains("\($0.template).yaml") }
    }

    private func mounts(below path: String) -> [String] {
        let lines = ((try? FilePath("/proc/self/mountinfo").readText()) ?? "").split(separator: "\n")
        return lines.compactMap { $0.split(separator: " ").dropFirst(4).first.map(String.init) }
            .filter { FilePath($0).starts(with: FilePath(path)) }
    }
}

/// The process that runs a machine of a run, by the machine's role; by any role if it is nil.
package func machineProcess(of run: RunRecord, role: String?) -> Int32? {
    machineProcesses(of: run).first { process in role.map { process.machine?.hasSuffix("-\($0)") == true } ?? true }?.id
}

/// The processes that run machines of a run, which have files in what the run has noted as its own.
private func machineProcesses(of run: RunRecord) -> [MachineProcess] {
    run.resources.flatMap { MachineProcess.all(in: FilePath($0.name)) }.filter { $0.machine?.hasPrefix("if-") == true }
}
