internal import Foundation
internal import HostSystem
internal import Machines
package import Pipeline
package import SystemPackage

extension HostFacts {
    /// What this host has for builds now: the memory that is available, all processors, and the room in `state`.
    package static func share(state: FilePath) throws -> HostShare {
        try state.createFolder()
        return HostShare(
            memory: availableMemory(), processors: ProcessInfo.processInfo.activeProcessorCount,
            space: try state.freeSpace())
    }

    /// What a template's build takes at its height: the machine with what QEMU needs beside it, and the layers and images.
    ///
    /// Of processors at most what the host has: a machine with more of them is slow, and not wrong.
    package static func share(of template: Template) -> HostShare {
        HostShare(
            memory: ByteCount(template.machine.memory.bytes + besideMachine.bytes),
            processors: min(template.machine.cpus, ProcessInfo.processInfo.activeProcessorCount),
            space: SpaceNeed(of: template).together)
    }

    /// QEMU's own memory, with the buffer of translated code, and the conversion's.
    private static let besideMachine = ByteCount.mebibytes(1024)
}
