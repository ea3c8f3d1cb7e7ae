internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Ends the machines that a killed process of ours left running.
///
/// A machine is known by a runtime folder that the run had noted: QEMU has files in it, and nobody else puts any there.
/// Nothing else is ever touched.
package struct OrphanReaper: Sendable {
    /// A QEMU process.
    package struct Orphan: Sendable, Equatable {
        /// The process.
        package let process: Int32
        /// The machine's name, which carries the run's id; nil for the process by which libvirt asks what QEMU can do.
        package let machine: String?

        /// An orphan.
        package init(process: Int32, machine: String?) {
            self.process = process
            self.machine = machine
        }
    }

    private let runtime: RuntimeFolder

    /// A reaper for the run that had noted `runtime`.
    package init(runtime: RuntimeFolder) {
        self.runtime = runtime
    }

    /// The machines that still run.
    package var orphans: [Orphan] {
        FilePath("/proc").folderEntries.compactMap { pid_t($0) }.compactMap(orphan)
    }

    /// Ends them, and waits until they are gone.
    package func end() async throws {
        let orphans = orphans
        for orphan in orphans { kill(orphan.process, SIGKILL) }
        for id in orphans.map(\.process) {
            _ = try await poll(every: .milliseconds(20), deadline: .seconds(10), for: "the end of process \(id)") {
                orphan(id) == nil ? true : nil
            }
        }
    }

    private func orphan(_ id: pid_t) -> Orphan? {
        guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes(limit: .mebibytes(1)) else { return nil }
        let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard arguments.first?.contains("qemu") == true,
            arguments.contains(where: { $0.contains(runtime.path.string + "/") })
        else { return nil }
        return Orphan(process: id, machine: arguments.lazy.compactMap { Self.guestName(in: $0) }.first)
    }

    private static func guestName(in argument: String) -> String? {
        guard argument.hasPrefix("guest=") else { return nil }
        return argument.dropFirst("guest=".count).split(separator: ",").first.map(String.init)
    }
}
