internal import Foundation
package import HostSystem
internal import Libvirt
package import SystemPackage

/// What can be found out about this host without starting anything.
package enum HostFacts {
    /// What the programs that a build runs, and libvirt, lack; nothing if all serve.
    package static func toolShortfalls() async -> [String] {
        let shortfalls = await withTaskGroup(of: (Int, String?).self) { group in
            for (index, tool) in HostTool.all.enumerated() { group.addTask { (index, await tool.shortfall()) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let libvirt = HostTool.libvirt.shortfall(of: Connection.libraryVersion)
        return shortfalls.sorted { $0.0 < $1.0 }.compactMap(\.1) + (libvirt.map { [$0] } ?? [])
    }

    /// The UEFI firmware for guests; nil if there is none.
    package static func firmware() -> FilePath? {
        let places: [FilePath] = [
            "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_CODE.fd",
        ]
        return places.first(where: \.exists)
    }

    /// The memory that can be had without swapping (`MemAvailable`).
    package static func availableMemory() -> ByteCount {
        let text = (try? FilePath("/proc/meminfo").readText(limit: .mebibytes(1))) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
        let kibibytes = line?.split(separator: " ").dropFirst().first.flatMap { Int64($0) }
        return ByteCount((kibibytes ?? 0) << 10)
    }
}
