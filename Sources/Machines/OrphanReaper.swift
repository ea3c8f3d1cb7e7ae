internal import Foundation
internal import HostSystem

/// Ends the machines that a killed process of ours left running.
///
/// A machine is known by a runtime folder that the run had noted. Nothing else is ever touched.
package struct OrphanReaper: Sendable {
    private let runtime: RuntimeFolder

    /// A reaper for the run that had noted `runtime`.
    package init(runtime: RuntimeFolder) {
        self.runtime = runtime
    }

    /// The machines that still run.
    package var orphans: [MachineProcess] { MachineProcess.all(in: runtime.path) }

    /// Ends them, and waits until they are gone.
    package func end() async throws {
        let orphans = orphans
        for orphan in orphans { kill(orphan.id, SIGKILL) }
        for id in orphans.map(\.id) {
            _ = try await poll(every: .milliseconds(20), deadline: .seconds(10), for: "the end of process \(id)") {
                MachineProcess(id, in: runtime.path) == nil ? true : nil
            }
        }
    }
}
