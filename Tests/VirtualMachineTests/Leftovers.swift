import Foundation
import HostSystem
import Pipeline
import SystemPackage
import Testing

extension Project {
    /// What the project's runs have left on this host that they should not: machines, runtime folders, unfinished
    /// results. The state may be shared; other projects' runs are not looked at.
    func leftovers() throws -> [String] {
        var found: [String] = []
        for record in try records() {
            let mark = "guest=if-\(record.id.suffix(6))-"
            found += processes(with: mark).map { "process \($0) of run \(record.id)" }
            found += record.resources.filter { $0.kind == "runtime-folder" && FilePath($0.name).exists }.map(\.name)
            if record.outcome == nil { found.append("run \(record.id) without an end") }
        }
        let ids = try records().map(\.id)
        found += state.appending("store").folderEntries.filter { name in
            ids.contains { name.contains(".partial-\($0)") }
        }
        for template in output.folderEntries {
            found += output.appending(template).folderEntries.filter { $0.contains(".partial-") }
        }
        return found
    }

    /// What is on record about the runs of the project's templates, oldest first.
    func records() throws -> [RunRecord] {
        let templates = root.appending("templates").folderEntries
        return RunFolder.records(in: StateFolder(root: state, cache: "/nonexistent"))
            .filter { templates.contains("\($0.template).yaml") }
    }

    private func processes(with mark: String) -> [pid_t] {
        FilePath("/proc").folderEntries.compactMap { pid_t($0) }.filter { id in
            guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes() else { return false }
            return String(decoding: bytes, as: UTF8.self).contains(mark)
        }
    }
}

/// The process that runs a machine of a run, by the machine's role.
func machineProcess(of run: RunRecord, role: String) -> pid_t? {
    FilePath("/proc").folderEntries.compactMap { pid_t($0) }.first { id in
        guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes() else { return false }
        return String(decoding: bytes, as: UTF8.self).contains("guest=if-\(run.id.suffix(6))-\(role),")
    }
}
