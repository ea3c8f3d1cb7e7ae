internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Clears away what a killed process of ours left running.
///
/// A machine is known by its name in QEMU's arguments (`guest=NAME,`), which carries the run's id, and by a runtime
/// folder that the run had noted; nothing else is ever touched.
package struct OrphanReaper: Sendable {
    /// The runtime folder that the dead run had noted.
    package let runtime: RuntimeFolder

    /// A reaper for one dead run.
    package init(runtime: RuntimeFolder) {
        self.runtime = runtime
    }

    /// Ends the run's QEMU processes, waits until they are gone and removes the runtime folder.
    ///
    /// - Returns: What was found, as lines for people.
    package func reap() async throws -> [String] {
        var found: [String] = []
        let processes = machines()
        for process in processes {
            found.append("ended the machine \(process.name) (process \(process.id))")
            kill(process.id, SIGKILL)
        }
        for process in processes {
            _ = try await poll(
                every: .milliseconds(20), deadline: .seconds(10), for: "the end of process \(process.id)"
            ) {
                isMachine(process.id) == nil ? true : nil
            }
        }
        if runtime.path.exists {
            found.append("removed \(runtime.path)")
            try runtime.remove()
        }
        return found
    }

    private struct Process {
        let id: pid_t
        let name: String
    }

    private func machines() -> [Process] {
        FilePath("/proc").folderEntries.compactMap { pid_t($0) }.compactMap { id in
            isMachine(id).map { Process(id: id, name: $0) }
        }
    }

    /// The name of the machine that the process runs, if it is QEMU with its files in our runtime folder.
    private func isMachine(_ id: pid_t) -> String? {
        guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes(limit: .mebibytes(1)) else { return nil }
        let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard arguments.first?.contains("qemu") == true,
            arguments.contains(where: { $0.contains(runtime.path.string + "/") }),
            let name = arguments.lazy.compactMap({ Self.guestName(in: $0) }).first
        else { return nil }
        return name
    }

    private static func guestName(in argument: String) -> String? {
        guard argument.hasPrefix("guest=") else { return nil }
        return argument.dropFirst("guest=".count).split(separator: ",").first.map(String.init)
    }
}
