internal import CPidfd
internal import Foundation
internal import HostSystem
internal import SystemPackage

/// Being the parent of QEMU.
///
/// QEMU leaves the process that started it, and so becomes a child of the host's first process. In a container that often
/// takes no note of its children's ends, or takes it late. libvirt waits until an ended QEMU is gone, and in time gives up. A
/// process that adopts what its descendants leave takes note itself, at once.
package enum Adoption {
    /// Makes this process adopt; ``QEMUProcess`` takes note of machines' ends. For programs: whatever else a descendant leaves
    /// behind stays on record until this process ends.
    package static func begin() {
        _ = imagefactory_adopt_orphans()
    }

    /// Takes note of the ends of the processes by which libvirt asks QEMU what it can do, while `body` makes it ask.
    static func ofProbes<Result>(in root: EmbeddedRoot, while body: () async throws -> Result) async throws -> Result {
        let watch = Task {
            var probes: Set<pid_t> = []
            while !Task.isCancelled {
                probes.formUnion(root.probes)
                var status: Int32 = 0
                probes = probes.filter { waitpid($0, &status, WNOHANG) == 0 }
                try await ContinuousClock().sleep(for: .milliseconds(20))
            }
        }
        defer { watch.cancel() }
        return try await body()
    }
}
