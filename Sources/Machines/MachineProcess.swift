internal import Foundation
internal import HostSystem
package import SystemPackage

/// A QEMU process that runs now, known by its command line.
package struct MachineProcess: Sendable, Equatable {
    /// The process's number.
    package let id: Int32
    /// The machine's name, which carries a run's id; nil for the process by which libvirt asks what QEMU can do.
    package let machine: String?

    /// A process and its machine.
    package init(id: Int32, machine: String?) {
        self.id = id
        self.machine = machine
    }

    /// The processes that have files in a run's own folder, where nobody else puts any.
    ///
    /// A name would not do: machines that go on from one checkpoint have the same.
    package static func all(in folder: FilePath) -> [MachineProcess] {
        FilePath("/proc").folderEntries.compactMap { Int32($0) }.compactMap { MachineProcess($0, in: folder) }
    }

    /// The process `id`, if it is one with files in `folder`.
    init?(_ id: Int32, in folder: FilePath) {
        guard let bytes = try? FilePath("/proc/\(id)/cmdline").readBytes(limit: .mebibytes(1)) else { return nil }
        let arguments = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard arguments.first?.contains("qemu") == true, arguments.contains(where: { $0.contains("\(folder)/") }) else {
            return nil
        }
        self.init(id: id, machine: arguments.lazy.compactMap { Self.guestName(in: $0) }.first)
    }

    private static func guestName(in argument: String) -> String? {
        guard argument.hasPrefix("guest=") else { return nil }
        return argument.dropFirst("guest=".count).split(separator: ",").first.map(String.init)
    }
}
